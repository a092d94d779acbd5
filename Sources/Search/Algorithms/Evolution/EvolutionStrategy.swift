import Glibc
import Numerics

/// CMA-ES over a space of numbers, replayed over what is known: a fold over the trials by number, a
/// population at a time, wherever they came from.
///
/// It begins in the middle. Where it has converged it begins again at a random place with twice the
/// population (Auger and Hansen, A Restart CMA Evolution Strategy With Increasing Population Size, 2005).
struct EvolutionStrategy {
  private let query: Query
  private let trials: Trials
  private let stepSize: Double
  private var state: CovarianceAdaptation
  private var restarts = 0
  /// Generations since the least loss of a population last changed from that of the one before.
  private var flatGenerations = 0
  private var lastBest = Double.infinity

  /// - Parameters:
  ///   - populationSize: nil: 4 + ⌊3 ln n⌋ for n dimensions.
  ///   - stepSize: the first standard deviation, as a share of each range.
  init(_ query: Query, populationSize: Int?, stepSize: Double) {
    self.query = query
    self.stepSize = stepSize
    let trials = Trials(query)
    self.trials = trials
    let count = query.space.dimensions.count
    let size = max(populationSize ?? 4 + Int(3 * log(Double(count))), 4)
    state = CovarianceAdaptation(
      mean: [Double](repeating: 0.5, count: count), stepSize: stepSize, populationSize: size)
    let units = trials.points.map { point in
      query.space.dimensions.indices.map { index in
        point.values[index].map { query.space.dimensions[index].domain.unit(of: $0) } ?? 0.5
      }
    }
    let order = trials.numbers.indices.sorted {
      (trials.numbers[$0], $0) < (trials.numbers[$1], $1)
    }
    var first = 0
    while first + state.populationSize <= order.count {
      let population = order[first..<first + state.populationSize].sorted {
        (trials.losses[$0], trials.numbers[$0], $0) < (trials.losses[$1], trials.numbers[$1], $1)
      }
      first += population.count
      learn(population, units)
    }
  }

  private mutating func learn(_ population: [Int], _ units: [[Double]]) {
    // Of a population that failed as a whole there is nothing to compare.
    let best = trials.losses[population[0]]
    guard best.isFinite else { return }
    state.update(population.map { units[$0] })
    flatGenerations = best == lastBest ? flatGenerations + 1 : 0
    lastBest = best
    let dimensions = query.space.dimensions
    let isNarrow = dimensions.indices.allSatisfy { axis in
      state.deviation(axis) < max(1e-6, 0.05 / dimensions[axis].domain.valueCount)
    }
    guard isNarrow || flatGenerations > 10 + 30 * dimensions.count / state.populationSize else {
      return
    }
    restarts += 1
    flatGenerations = 0
    let random = Random(
      seed: query.seed, .search(part: RandomPart.restart.rawValue), step: restarts)
    state = CovarianceAdaptation(
      mean: dimensions.indices.map { random.uniform($0) }, stepSize: stepSize,
      populationSize: min(2 * state.populationSize, 1 << 20))
  }

  func propose() -> Point {
    var random = RandomSequence(seed: query.seed, .evolution, step: query.number)
    // Where there are finitely many points, none is worth a second trial.
    let known =
      query.space.isDiscrete
      ? Set(trials.points).union(query.pending.map { query.space.fitted($0) }) : []
    var point = draw(&random)
    for _ in 0..<20 where known.contains(point) { point = draw(&random) }
    return point
  }

  /// A point within the bounds: drawn again while it is outside, and in the end moved to the nearest.
  private func draw(_ random: inout RandomSequence) -> Point {
    var units: [Double] = []
    for _ in 0..<100 {
      units = state.point(query.space.dimensions.map { _ in random.normal() })
      for axis in units.indices { widen(&units[axis], axis) }
      if units.allSatisfy({ $0 >= 0 && $0 <= 1 }) { break }
    }
    return query.space.point { units[$0] }
  }

  /// Lets an integer leave its value in at least one of a hundred points however narrow the distribution
  /// has become (Hamano, Saito, Nomura, Shirakawa, CMA-ES with Margin, 2022).
  private func widen(_ unit: inout Double, _ axis: Int) {
    let least = 0.2 / query.space.dimensions[axis].domain.valueCount
    let deviation = state.deviation(axis)
    guard deviation < least, deviation > 0 else { return }
    unit = state.mean[axis] + (unit - state.mean[axis]) * (least / deviation)
  }
}
