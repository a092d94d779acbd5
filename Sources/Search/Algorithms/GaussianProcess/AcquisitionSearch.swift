import Numerics

/// Finds the point with the greatest expected improvement: among many, then by following its slope in the numbers and by
/// trying other integers and categories in turn.
struct AcquisitionSearch {
  let process: GaussianProcess
  /// The target to improve on.
  let best: Double
  /// What has been tried: it is not proposed again.
  let known: Set<Point>
  let random: Random
  /// The units of good trials, the best first.
  let leaders: [[Double]]

  private var cube: KernelCube { process.cube }

  private static let enumerationLimit = 2048.0
  private static let globalCount = 1000
  private static let localCount = 100
  private static let startCount = 8

  private struct Candidate {
    var units: [Double]
    var score: Double
  }

  func units() -> [Double]? {
    if cube.unitCount <= Self.enumerationLimit { return bestOfAll() }
    var candidates = (globalCandidates() + localCandidates()).map {
      Candidate(units: $0, score: score($0))
    }
    candidates.sort { $0.score > $1.score }
    var refined = starts(candidates).map(refine)
    refined.sort { $0.score > $1.score }
    return (refined + candidates).first { !known.contains(cube.point($0.units)) }?.units
  }

  private func score(_ units: [Double]) -> Double {
    let (mean, variance) = process.predict(units: units)
    return ExpectedImprovement(mean: mean, deviation: variance.squareRoot(), best: best).logarithm
  }

  // MARK: Candidates

  /// The best of all points of a small space that has not been tried.
  private func bestOfAll() -> [Double]? {
    var units = [Double](repeating: 0, count: cube.axes.count)
    var best: Candidate?
    while true {
      let active = cube.activity(units)
      // What is not there has one place only, so that no point is looked at twice.
      let isFirst = units.indices.allSatisfy { active[$0] || units[$0] == 0 }
      if isFirst, !known.contains(cube.point(units)) {
        let score = score(units)
        if score > best?.score ?? -.infinity { best = Candidate(units: units, score: score) }
      }
      guard let digit = units.indices.last(where: { units[$0] + 1 < cube.axes[$0].count }) else {
        return best?.units
      }
      units[digit] += 1
      for later in units.indices where later > digit { units[later] = 0 }
    }
  }

  private func globalCandidates() -> [[Double]] {
    let dimensions = cube.axes.count
    return (0..<Self.globalCount).map { index in
      (0..<dimensions).map {
        cube.unit(quantile: random.uniform(index * dimensions + $0), of: $0)
      }
    }
  }

  /// Near good trials, a few dimensions changed, by distances of all magnitudes.
  private func localCandidates() -> [[Double]] {
    let dimensions = cube.axes.count
    let first = Self.globalCount * dimensions
    let change = min(1, max(2 / Double(dimensions), 0.3))
    return (0..<leaders.count * Self.localCount).map { index in
      var units = leaders[index % leaders.count]
      for dimension in 0..<dimensions {
        let draw = first + 3 * (index * dimensions + dimension)
        guard random.uniform(draw) < change else { continue }
        let side = 2 * random.uniform(draw + 1) - 1
        if cube.axes[dimension].kind == .category {
          units[dimension] = cube.unit(quantile: random.uniform(draw + 1), of: dimension)
        } else if !cube.axes[dimension].isFixed {
          let size = ElementaryFunctions.exponential(-5 * random.uniform(draw + 2))
          units[dimension] = cube.unit(from: units[dimension], by: side * size, of: dimension)
        }
      }
      return units
    }
  }

  /// The best candidates that are not near each other, and the best trial.
  private func starts(_ candidates: [Candidate]) -> [Candidate] {
    var chosen: [Candidate] = []
    for candidate in candidates {
      let isTaken = chosen.contains { areNear($0.units, candidate.units) }
      if !isTaken { chosen.append(candidate) }
      if chosen.count == Self.startCount { break }
    }
    if let leader = leaders.first { chosen.append(Candidate(units: leader, score: score(leader))) }
    return chosen
  }

  private func areNear(_ left: [Double], _ right: [Double]) -> Bool {
    zip(left, right).enumerated().allSatisfy { dimension, pair in
      cube.axes[dimension].kind == .real ? abs(pair.0 - pair.1) < 0.05 : pair.0 == pair.1
    }
  }

  // MARK: Refinement

  private func refine(_ start: Candidate) -> Candidate {
    var candidate = start
    for _ in 0..<4 {
      candidate = climb(candidate)
      guard let changed = exchange(candidate) else { break }
      candidate = changed
    }
    return candidate
  }

  /// Follows the slope in the real numbers that are there.
  private func climb(_ start: Candidate) -> Candidate {
    let active = cube.activity(start.units)
    let moving = cube.axes.indices.filter {
      active[$0] && cube.axes[$0].kind == .real && !cube.axes[$0].isFixed
    }
    guard !moving.isEmpty else { return start }
    var units = start.units
    var slopes = [Double](repeating: 0, count: cube.axes.count)
    var optimizer = LimitedMemoryBFGS(
      lower: moving.map { _ in 0 }, upper: moving.map { _ in 1 })
    optimizer.iterations = 50
    optimizer.gradientTolerance = 1e-4
    optimizer.valueTolerance = 1e-7
    let end = optimizer.minimize(from: moving.map { start.units[$0] }) { point, gradient in
      for (index, dimension) in moving.enumerated() { units[dimension] = point[index] }
      let (mean, variance) = process.predict(units: units)
      let deviation = variance.squareRoot()
      let improvement = ExpectedImprovement(mean: mean, deviation: deviation, best: best)
      process.gradient(
        ofMean: -improvement.slopeOfMean,
        ofVariance: -improvement.slopeOfDeviation / (2 * deviation),
        into: &slopes)
      for (index, dimension) in moving.enumerated() { gradient[index] = slopes[dimension] }
      return -improvement.logarithm
    }
    guard -end.value > start.score else { return start }
    for (index, dimension) in moving.enumerated() { units[dimension] = end.point[index] }
    return Candidate(units: units, score: -end.value)
  }

  /// The best change of one integer or category at a time, until none is better; nil if the first is not.
  private func exchange(_ start: Candidate) -> Candidate? {
    var best = start
    var isChanged = false
    for _ in 0..<20 {
      let active = cube.activity(best.units)
      var improved: Candidate?
      for dimension in cube.axes.indices
      where active[dimension] && cube.axes[dimension].kind != .real {
        for other in alternatives(best.units[dimension], dimension) {
          var units = best.units
          units[dimension] = other
          let score = score(units)
          if score > (improved ?? best).score, !known.contains(cube.point(units)) {
            improved = Candidate(units: units, score: score)
          }
        }
      }
      guard let improved else { break }
      best = improved
      isChanged = true
    }
    return isChanged ? best : nil
  }

  /// All other categories up to a number; integers at distances that double.
  private func alternatives(_ unit: Double, _ dimension: Int) -> [Double] {
    let axis = cube.axes[dimension]
    if axis.count <= 16 || axis.kind == .category {
      return (0..<Int(min(axis.count, 64))).map(Double.init).filter { $0 != unit }
    }
    var others: [Double] = []
    var distance = 1.0
    while distance < axis.count {
      for other in [unit - distance, unit + distance] where other >= 0 && other < axis.count {
        others.append(other)
      }
      distance *= 2
    }
    return others
  }
}
