import Glibc
import Numerics

/// The points of a grid by their number, none of which is ever stored.
///
/// Dimensions form a forest, each below the one that its condition names, so the number of points is a
/// product over trees of a sum over the values of the root of a product over what is there for that value.
struct Grid {
  private static let limit = 1 << 62

  private let space: SearchSpace
  private let levels: [[Double]]
  /// The dimensions below each dimension.
  private let children: [[Int]]
  private let roots: [Int]
  /// How many points each dimension has with what is below it, by value; the limit stands for more.
  private let counts: [[Int]]
  /// How many points there are; nil if too many to number.
  let size: Int?

  init(_ space: SearchSpace, points: Int) {
    self.space = space
    levels = space.dimensions.map { Self.levels($0.domain, points: points) }
    var children = [[Int]](repeating: [], count: space.dimensions.count)
    var roots: [Int] = []
    for (index, dimension) in space.dimensions.enumerated() {
      if let condition = dimension.condition {
        children[condition.dimension].append(index)
      } else {
        roots.append(index)
      }
    }
    self.children = children
    self.roots = roots
    var counts = levels.map { [Int](repeating: 1, count: $0.count) }
    for dimension in space.dimensions.indices.reversed() {
      for (level, value) in levels[dimension].enumerated() {
        for child in children[dimension] where Self.isActive(space, child, value) {
          counts[dimension][level] = Self.product(
            counts[dimension][level], Self.sum(counts[child]))
        }
      }
    }
    let total = roots.map { Self.sum(counts[$0]) }.reduce(1, Self.product)
    self.counts = counts
    size = total < Self.limit ? total : nil
  }

  /// The point with a number.
  ///
  /// - Precondition: there is a `size`, and the number is below it.
  func point(_ number: Int) -> Point {
    var values = [Double?](repeating: nil, count: space.dimensions.count)
    place(number, roots, &values)
    return Point(values)
  }

  /// A point of a grid that is too large to be numbered.
  func randomPoint(seed: UInt64, number: Int) -> Point {
    let random = Random(seed: seed, .search(part: RandomPart.grid.rawValue), step: number)
    var values = [Double?](repeating: nil, count: space.dimensions.count)
    for index in space.dimensions.indices where space.isActive(index, in: values) {
      let level = Int(random.uniform(index) * Double(levels[index].count))
      values[index] = levels[index][min(level, levels[index].count - 1)]
    }
    return Point(values)
  }

  /// Spreads a number over trees as digits of mixed radix.
  private func place(_ number: Int, _ dimensions: [Int], _ values: inout [Double?]) {
    var rest = number
    for dimension in dimensions {
      let radix = Self.sum(counts[dimension])
      var digit = rest % radix
      rest /= radix
      for (level, count) in counts[dimension].enumerated() {
        if digit < count {
          let value = levels[dimension][level]
          values[dimension] = value
          place(
            digit, children[dimension].filter { Self.isActive(space, $0, value) }, &values)
          break
        }
        digit -= count
      }
    }
  }

  private static func isActive(_ space: SearchSpace, _ dimension: Int, _ value: Double) -> Bool {
    space.dimensions[dimension].condition?.values.contains(value) ?? true
  }

  private static func levels(_ domain: Domain, points: Int) -> [Double] {
    let count = domain.valueCount
    switch domain {
    case .category: return (0..<Int(count)).map { Double($0) }
    case .integer(let low, _, let step, _) where count <= Double(points):
      return (0..<Int(count)).map { Double(low) + Double($0 * step) }
    case .integer(let low, let high, let step, let isLogarithmic):
      let last = Double(low) + (count - 1) * Double(step)
      return distinct(
        evenly(Double(low), min(last, Double(high)), isLogarithmic, points)
          .map { domain.nearest(to: $0) })
    case .real(let low, let high, let isLogarithmic):
      return distinct(evenly(low, high, isLogarithmic, points).map { domain.nearest(to: $0) })
    }
  }

  /// From one end to the other; the middle where there is one point.
  private static func evenly(
    _ low: Double, _ high: Double, _ isLogarithmic: Bool, _ points: Int
  ) -> [Double] {
    (0..<max(points, 1)).map { index in
      let share = points > 1 ? Double(index) / Double(points - 1) : 0.5
      if share == 0 || share == 1 { return share == 0 ? low : high }
      guard isLogarithmic, low > 0 else { return low + share * (high - low) }
      return exp(log(low) + share * (log(high) - log(low)))
    }
  }

  /// Rising values without those that occur twice.
  private static func distinct(_ values: [Double]) -> [Double] {
    var result: [Double] = []
    for value in values where value != result.last { result.append(value) }
    return result
  }

  private static func product(_ a: Int, _ b: Int) -> Int {
    let (result, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? limit : min(result, limit)
  }

  private static func sum(_ counts: [Int]) -> Int {
    counts.reduce(0) { min($0 + $1, limit) }
  }
}
