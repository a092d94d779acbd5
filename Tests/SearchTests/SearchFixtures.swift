import Glibc
import Search

/// A space and a function over it.
struct Problem: Sendable {
  let space: SearchSpace
  let value: @Sendable (Point) -> Double

  /// The least value that a search finds.
  func best(_ algorithm: any SearchAlgorithm, seed: UInt64, trials: Int) -> Double {
    study(algorithm, seed: seed, trials: trials).map { $0.values[0] }.min() ?? .infinity
  }

  /// All trials of a search, one after the other.
  ///
  /// - Parameter fails: whether the trial with a number fails.
  func study(
    _ algorithm: any SearchAlgorithm, seed: UInt64, trials: Int,
    fails: (Int) -> Bool = { _ in false }
  ) -> [Observation] {
    var observations: [Observation] = []
    for number in 0..<trials {
      let point = algorithm.propose(
        Query(
          space: space, seed: seed, number: number, trialCount: trials, observations: observations))
      let result = fails(number) ? Double.infinity : value(point)
      observations.append(Observation(number: number, point: point, values: [result]))
    }
    return observations
  }

  static let branin = Problem(
    space: SearchSpace([
      .init(name: "x", domain: .real(low: -5, high: 10, isLogarithmic: false)),
      .init(name: "y", domain: .real(low: 0, high: 15, isLogarithmic: false)),
    ])
  ) { point in
    let (x, y) = (point.values[0] ?? .nan, point.values[1] ?? .nan)
    let parabola = y - 5.1 / (4 * .pi * .pi) * x * x + 5 / .pi * x - 6
    return parabola * parabola + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
  }

  static let rosenbrock = Problem(
    space: SearchSpace(
      (0..<5).map {
        .init(name: "x\($0)", domain: .real(low: -5, high: 10, isLogarithmic: false))
      })
  ) { point in
    let x = point.values.map { $0 ?? .nan }
    return (0..<x.count - 1).reduce(0.0) { sum, index in
      let valley = x[index + 1] - x[index] * x[index]
      let slope = 1 - x[index]
      return sum + 100 * valley * valley + slope * slope
    }
  }

  /// A choice of three, each with hyperparameters of its own, an integer and logarithmic numbers.
  static let mixed = Problem(
    space: SearchSpace([
      .init(name: "kind", domain: .category(count: 3)),
      .init(name: "rate", domain: .real(low: 1e-5, high: 1, isLogarithmic: true)),
      .init(name: "layers", domain: .integer(low: 1, high: 8, step: 1, isLogarithmic: false)),
      .init(
        name: "momentum", domain: .real(low: -5, high: 5, isLogarithmic: false),
        condition: .init(dimension: 0, values: [0])),
      .init(
        name: "share", domain: .real(low: 0, high: 1, isLogarithmic: false),
        condition: .init(dimension: 0, values: [1])),
      .init(
        name: "units", domain: .integer(low: 16, high: 256, step: 16, isLogarithmic: false),
        condition: .init(dimension: 0, values: [1])),
      .init(
        name: "batch", domain: .integer(low: 1, high: 1024, step: 1, isLogarithmic: true),
        condition: .init(dimension: 2, values: [1, 2, 3, 4])),
    ])
  ) { point in
    let values = point.values
    let rate = log10(values[1] ?? .nan) + 2.5
    let layers = (values[2] ?? .nan) - 5
    let sum = rate * rate + 0.15 * layers * layers + 0.1 * log2(values[6] ?? 1)
    if let momentum = values[3] { return sum + 1 + 0.1 * (momentum - 1) * (momentum - 1) }
    if let share = values[4], let units = values[5] {
      return sum + 0.2 + 4 * (share - 0.3) * (share - 0.3) + abs(units - 96) / 64
    }
    return sum + 2
  }

  static let integers = Problem(
    space: SearchSpace([
      .init(name: "a", domain: .integer(low: -10, high: 20, step: 3, isLogarithmic: false)),
      .init(name: "b", domain: .integer(low: 1, high: 1000, step: 1, isLogarithmic: true)),
    ])
  ) { point in
    abs((point.values[0] ?? .nan) - 5) + abs(log((point.values[1] ?? .nan) / 32))
  }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

let allAlgorithms = SearchAlgorithms.catalog.entries.map(\.type)

func algorithm(_ type: String) -> any SearchAlgorithm {
  SearchAlgorithms.catalog.entries.first { $0.type == type }?.make() ?? RandomSearch()
}

/// Whether all values lie in their domains and on their steps, and are there exactly where their dimension
/// is.
func isValid(_ point: Point, in space: SearchSpace) -> Bool {
  guard point.values.count == space.dimensions.count else { return false }
  return space.dimensions.indices.allSatisfy { index in
    guard let value = point.values[index] else { return !space.isActive(index, in: point.values) }
    guard space.isActive(index, in: point.values) else { return false }
    switch space.dimensions[index].domain {
    case .real(let low, let high, _): return value >= low && value <= high
    case .integer(let low, let high, let step, _):
      return value >= Double(low) && value <= Double(high)
        && (value - Double(low)).truncatingRemainder(dividingBy: Double(step)) == 0
    case .category(let count):
      return value >= 0 && value < Double(count) && value == value.rounded()
    }
  }
}
