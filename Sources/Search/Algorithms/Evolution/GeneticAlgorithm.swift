import Glibc

/// A steady-state genetic algorithm for spaces with categories and conditions: each trial is a child of two
/// of the best so far, chosen by tournament (Goldberg, Deb, A Comparative Analysis of Selection Schemes,
/// 1991), with each value from either (Syswerda, Uniform Crossover in Genetic Algorithms, 1989) and on
/// average two of them mutated.
struct GeneticAlgorithm {
  private static let startupTrials = 10
  private static let parentShare = 0.2
  private static let tournamentSize = 3
  private static let mutations = 2.0

  private let query: Query
  private let trials: Trials
  /// The places of the trials that may be parents, the best first.
  private let parents: [Int]
  /// How far numbers are moved, in the unit interval of each dimension: as far as the parents lie from each
  /// other, so that steps shrink as they agree.
  private let widths: [Double]

  /// nil while too few trials have ended to choose from.
  ///
  /// - Parameter parentCount: nil: a fifth of the trials, at least 15.
  init?(_ query: Query, parentCount: Int?) {
    let trials = Trials(query)
    let finite = trials.bestFirst.filter { trials.losses[$0].isFinite }
    guard query.observations.count >= Self.startupTrials, !finite.isEmpty else { return nil }
    self.query = query
    self.trials = trials
    let count = parentCount ?? min(max(15, Int(Self.parentShare * Double(finite.count))), 100)
    let parents = Array(finite.prefix(count))
    self.parents = parents
    widths = query.space.dimensions.indices.map { index in
      let domain = query.space.dimensions[index].domain
      return Self.deviation(
        parents.compactMap { trials.points[$0].values[index].map { domain.unit(of: $0) } })
    }
  }

  /// A child that is no trial yet, if one of twenty is none.
  func propose() -> Point {
    var random = RandomSequence(seed: query.seed, .genetic, step: query.number)
    let known = Set(trials.points).union(query.pending.map { query.space.fitted($0) })
    var child = child(&random, mutations: Self.mutations)
    for attempt in 1..<20 where known.contains(child) {
      child = self.child(&random, mutations: Self.mutations * Double(1 + attempt))
    }
    return child
  }

  private func child(_ random: inout RandomSequence, mutations: Double) -> Point {
    let first = trials.points[tournament(&random)].values
    let second = trials.points[tournament(&random)].values
    var values = [Double?](repeating: nil, count: first.count)
    let active = first.reduce(0) { $0 + ($1 == nil ? 0 : 1) }
    let rate = min(1, mutations / Double(max(active, 1)))
    for index in values.indices where query.space.isActive(index, in: values) {
      let domain = query.space.dimensions[index].domain
      let isFirst = random.uniform() < 0.5
      let isMutated = random.uniform() < rate
      let inherited = isFirst ? first[index] ?? second[index] : second[index] ?? first[index]
      // A choice changes to any, and what neither parent has comes from anywhere.
      guard let inherited, !(isMutated && domain.isCategory) else {
        values[index] = domain.value(at: random.uniform())
        continue
      }
      values[index] = isMutated ? mutated(inherited, index, &random) : inherited
    }
    return Point(values)
  }

  private func mutated(_ value: Double, _ index: Int, _ random: inout RandomSequence) -> Double {
    let domain = query.space.dimensions[index].domain
    let unit = domain.unit(of: value)
    let width = max(widths[index], domain.cellWidth(at: unit))
    return domain.value(at: unit + width * random.normal())
  }

  /// The best of some parents that are drawn.
  private func tournament(_ random: inout RandomSequence) -> Int {
    var best = parents.count - 1
    for _ in 0..<Self.tournamentSize { best = min(best, random.index(below: parents.count)) }
    return parents[best]
  }

  private static func deviation(_ units: [Double]) -> Double {
    guard units.count > 1 else { return 0.3 }
    let mean = units.reduce(0, +) / Double(units.count)
    let squares = units.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(units.count - 1)).squareRoot()
  }
}
