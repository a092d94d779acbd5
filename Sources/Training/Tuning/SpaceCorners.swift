import Configuration
import Search

/// The corners of a space: the ends of its ranges and all values of its choices, each with each where these are
/// not too many.
struct SpaceCorners {
  private let space: TuningSpace
  private let planner: TrialPlanner

  /// So many corners are planned in a second or two.
  private static let most = 512

  init(_ space: TuningSpace, planner: TrialPlanner) {
    self.space = space
    self.planner = planner
  }

  /// Plans the run of every corner; where there are too many, each value with the first and the last ones of all
  /// the others.
  ///
  /// - Parameter accept: throws what is wrong with a run that could be planned.
  /// - Returns: how many were planned.
  /// - Throws: `Failure` with what is wrong with the first corner that does not build, and which that is.
  func check(_ accept: (RunPlan, Point) throws -> Void) throws -> Int {
    let points = all ?? crosses
    for point in points {
      do {
        try accept(planner.plan(point).plan, point)
      } catch let failure as Failure {
        throw Failure(explained(failure.diagnostics, point))
      }
    }
    return points.count
  }

  private func explained(_ diagnostics: [Diagnostic], _ point: Point) -> [Diagnostic] {
    let settings = space.settings(of: point).map { "\($0.key) = \($0.value.compactText)" }
    return diagnostics.map {
      var finding = $0
      // A file that cannot be read is not the fault of the configuration.
      if $0.category != .unreadable { finding.category = .configuration }
      finding.message = "a corner of the space does not build: \($0.message)"
      let corner = "with " + settings.joined(separator: ", ")
      // A question ends itself.
      finding.help =
        $0.help.map { $0.hasSuffix("?") ? "\($0) (\(corner))" : "\($0); \(corner)" } ?? corner
      return finding
    }
  }

  /// `nil` if there are too many.
  private var all: [Point]? {
    var points: [[Double?]] = [[]]
    for dimension in space.search.dimensions.indices {
      points = points.flatMap { values -> [[Double?]] in
        guard space.search.isActive(dimension, in: values) else { return [values + [nil]] }
        return space.search.dimensions[dimension].domain.ends.map { values + [$0] }
      }
      if points.count > Self.most { return nil }
    }
    return points.map { Point($0) }
  }

  private var crosses: [Point] {
    var points: [Point] = []
    var known: Set<Point> = []
    for dimension in space.search.dimensions.indices {
      for value in space.search.dimensions[dimension].domain.ends {
        for isLast in [false, true] {
          let point = point(with: value, in: dimension, isLast: isLast)
          if known.insert(point).inserted { points.append(point) }
        }
      }
    }
    return points
  }

  private func point(with value: Double, in chosen: Int, isLast: Bool) -> Point {
    // What has to hold for the dimension to be there.
    var forced = [chosen: value]
    var current = chosen
    while let condition = space.search.dimensions[current].condition {
      forced[condition.dimension] = condition.values.first
      current = condition.dimension
    }
    var values: [Double?] = []
    for (index, dimension) in space.search.dimensions.enumerated() {
      let ends = dimension.domain.ends
      let free = isLast ? ends.last : ends.first
      values.append(
        space.search.isActive(index, in: values) ? forced[index] ?? free : nil)
    }
    return Point(values)
  }
}

extension Domain {
  /// The ends of a range; all of the categories.
  fileprivate var ends: [Double] {
    switch self {
    case .real(let low, let high, _): [low, high]
    case .integer(let low, let high, _, _): [Double(low), Double(high)]
    case .category(let count): (0..<count).map(Double.init)
    }
  }
}
