import Numerics

/// Several objectives as one, with other weights for each trial, so that the trials spread along the front (Knowles,
/// ParEGO, IEEE Transactions on Evolutionary Computation 10, 2006): the augmented Chebyshev norm
///
///     maxᵢ wᵢ·fᵢ + 0.05·Σᵢ wᵢ·fᵢ
///
/// of objectives that are scaled to the unit interval, with weights that are even on the simplex.
struct Scalarization {
  private static let augmentation = 0.05

  static func values(_ observations: [Observation], seed: UInt64, trial: Int) -> [Double] {
    guard let first = observations.first, first.values.count > 1 else {
      return observations.map { $0.values.first ?? .infinity }
    }
    let random = Random(seed: seed, .search(part: RandomPart.weights.rawValue), step: trial)
    // Exponential variables, divided by their sum, are even on the simplex.
    let raw = first.values.indices.map {
      -ElementaryFunctions.logarithm(1 - random.uniform($0))
    }
    let sum = raw.reduce(0, +)
    let weights = raw.map { sum > 0 ? $0 / sum : 1 / Double(raw.count) }
    let columns = first.values.indices.map { objective in
      TargetScale.normalized(
        observations.map {
          $0.values.indices.contains(objective) ? $0.values[objective] : .infinity
        })
    }
    return observations.indices.map { row in
      let terms = weights.indices.map { weights[$0] * columns[$0][row] }
      return (terms.max() ?? 0) + augmentation * terms.reduce(0, +)
    }
  }
}
