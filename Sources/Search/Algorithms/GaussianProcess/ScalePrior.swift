/// What is plausible for the logarithms of the hyperparameters of a Gaussian process: gamma distributions, those of
/// the lengths Γ(3, 6) as in BoTorch (Balandat et al. 2020), of the signal Γ(2, 1) and of the noise Γ(1.1, 30) as in
/// Optuna, since trials of one seed repeat exactly.
struct ScalePrior {
  private struct Gamma {
    let shape: Double
    let rate: Double
  }

  private static let length = Gamma(shape: 3, rate: 6)
  private static let signal = Gamma(shape: 2, rate: 1)
  private static let noise = Gamma(shape: 1.1, rate: 30)

  let dimensions: Int

  private static func logarithm(_ value: Double) -> Double { ElementaryFunctions.logarithm(value) }

  /// The bounds of the logarithms: of the lengths, the signal, the noise.
  var lower: [Double] {
    [Double](repeating: Self.logarithm(0.005), count: dimensions)
      + [Self.logarithm(1e-2), Self.logarithm(1e-6)]
  }

  var upper: [Double] {
    [Double](repeating: Self.logarithm(1e3), count: dimensions) + [Self.logarithm(100), 0]
  }

  /// Where the most probable ones are looked for from: lengths that grow as distances do with the dimensions.
  var starts: [[Double]] {
    [(length: 0.5, noise: 1e-3), (0.2, 1e-2), (2.0, 1e-4)].map { start in
      let length = start.length * Double(max(dimensions, 1)).squareRoot()
      return [Double](repeating: Self.logarithm(length), count: dimensions)
        + [0, Self.logarithm(start.noise)]
    }
  }

  /// The logarithm of the density, and its derivatives added to a gradient: of Γ(a, b) at the logarithm t of a
  /// value, a·t − b·eᵗ and what does not depend on t.
  func add(_ logarithms: [Double], to gradient: inout [Double]) -> Double {
    var density = 0.0
    for (index, logarithm) in logarithms.enumerated() {
      let gamma =
        index < dimensions ? Self.length : index == dimensions ? Self.signal : Self.noise
      let value = gamma.rate * ElementaryFunctions.exponential(logarithm)
      density += gamma.shape * logarithm - value
      gradient[index] += gamma.shape - value
    }
    return density
  }
}
