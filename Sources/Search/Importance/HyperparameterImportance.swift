/// How much of what trials came to depends on each hyperparameter.
package struct HyperparameterImportance: Sendable {
  package enum Method: String, CaseIterable, Sendable {
    case fanova
    case pedAnova = "ped_anova"
  }

  package struct Share: Sendable {
    /// The index of the dimension.
    package let dimension: Int
    /// From 0 to 1; those of dimensions that are always there add up to one.
    package let value: Double
    /// The trials that it was computed from: for a conditional dimension those that have it.
    package let trials: Int
  }

  /// The share of each dimension, the largest first; dimensions that fewer than two trials have are left out.
  ///
  /// A conditional dimension is judged among the trials that have it, by its share of what those came to.
  ///
  /// - Parameters:
  ///   - observations: trials that ended with one finite value; others are not looked at.
  ///   - seed: of the trees.
  package static func shares(
    of space: SearchSpace, _ observations: [Observation], method: Method, seed: UInt64 = 0
  ) -> [Share] {
    let sound = observations.filter { $0.values.count == 1 && $0.values[0].isFinite }
    func active(_ dimension: Int) -> [Observation] {
      sound.filter { $0.point.values[dimension] != nil }
    }
    func shares(_ dimensions: [Int], _ observations: [Observation]) -> [Double] {
      let rows = observations.map { observation in
        dimensions.map { dimension in
          space.dimensions[dimension].domain.coordinate(
            of: observation.point.values[dimension] ?? 0)
        }
      }
      let costs = observations.map { $0.values[0] }
      let kinds = dimensions.map { dimension -> Int? in
        guard case .category(let count) = space.dimensions[dimension].domain else { return nil }
        return count
      }
      let raw =
        switch method {
        case .fanova: FunctionalANOVA.shares(rows, costs, categories: kinds, seed: seed)
        case .pedAnova: PEDANOVA.divergences(rows, costs, categories: kinds)
        }
      let sum = raw.reduce(0, +)
      return sum > 0 ? raw.map { $0 / sum } : raw
    }
    let always = space.dimensions.indices.filter { active($0).count == sound.count }
    var result: [Share] = []
    if sound.count > 1 {
      result += zip(always, shares(always, sound)).map {
        Share(dimension: $0, value: $1, trials: sound.count)
      }
    }
    for dimension in space.dimensions.indices where !always.contains(dimension) {
      let some = active(dimension)
      guard some.count > 1 else { continue }
      let there = space.dimensions.indices.filter { other in
        some.allSatisfy { $0.point.values[other] != nil }
      }
      guard let place = there.firstIndex(of: dimension) else { continue }
      result.append(
        Share(dimension: dimension, value: shares(there, some)[place], trials: some.count))
    }
    return result.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.dimension < $1.dimension
    }
  }
}

extension Domain {
  /// A number in the unit interval, in the logarithm where the domain is; of a category its index.
  fileprivate func coordinate(of value: Double) -> Double {
    if case .category = self { return value }
    return unit(of: value)
  }
}
