/// By how much a normal variable is expected to fall below the best value, as a logarithm, so that it has a slope even
/// where the improvement is too small for a number (Ament, Daulton, Eriksson, Balandat, Bakshy: Unexpected Improvements
/// to Expected Improvement, NeurIPS 2023).
///
///     EI = σ·h(z),  h(z) = φ(z) + z·Φ(z),  z = (best − μ) / σ
package struct ExpectedImprovement: Equatable {
  package let logarithm: Double
  /// ∂ log EI / ∂μ.
  package let slopeOfMean: Double
  /// ∂ log EI / ∂σ.
  package let slopeOfDeviation: Double

  /// `deviation` is positive.
  package init(mean: Double, deviation: Double, best: Double) {
    let z = (best - mean) / deviation
    let density = -0.5 * z * z - Self.halfLogOfTwoPi
    let ratio: Double  // Φ/h
    let logarithm: Double  // log h
    let densityRatio: Double  // φ/h
    if z > -1 {
      let phi = ElementaryFunctions.exponential(density)
      let tail = 0.5 * Self.complementaryError(abs(z) / 2.0.squareRoot())
      let cumulative = z < 0 ? tail : 1 - tail
      let h = phi + z * cumulative
      logarithm = ElementaryFunctions.logarithm(h)
      ratio = cumulative / h
      densityRatio = phi / h
    } else {
      // Φ = φ·m with Mills' ratio m, so that h = φ·(1 − |z|·m).
      let mills =
        Self.halfPi.squareRoot()
        * ElementaryFunctions.scaledComplementaryError(-z / 2.0.squareRoot())
      let inverseSquare = 1 / (z * z)
      // Far out the difference cancels, and its asymptotic series is exact.
      let rest =
        z > -100
        ? 1 + z * mills
        : inverseSquare * (1 - inverseSquare * (3 - inverseSquare * (15 - inverseSquare * 105)))
      logarithm = density + ElementaryFunctions.logarithm(rest)
      ratio = mills / rest
      densityRatio = 1 / rest
    }
    self.logarithm = logarithm + ElementaryFunctions.logarithm(deviation)
    slopeOfMean = -ratio / deviation
    slopeOfDeviation = densityRatio / deviation
  }

  private static func complementaryError(_ x: Double) -> Double {
    ElementaryFunctions.exponential(-x * x) * ElementaryFunctions.scaledComplementaryError(x)
  }

  private static let halfPi = Double.pi / 2
  private static let halfLogOfTwoPi = 0.918_938_533_204_672_7
}
