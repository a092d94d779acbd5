/// The correlation of points at a distance r, for functions that have two derivatives (Matérn 5/2; Rasmussen and
/// Williams, Gaussian Processes for Machine Learning, 2006, equation 4.17):
///
///     m(r) = (1 + √5·r + 5/3·r²)·e^(−√5·r),   dm/d(r²) = −5/6·(1 + √5·r)·e^(−√5·r)
///
/// with r² = Σ_d δ_d² / ℓ_d², where δ_d is the difference in a number, and 0 or 1 for equal and different categories. Equal
/// distances between categories are those of the corners of a simplex, so that it is a kernel for them too.
enum Matern {
  @inline(__always)
  static func evaluate(_ squared: SIMD8<Double>) -> (
    correlation: SIMD8<Double>, slope: SIMD8<Double>
  ) {
    let root = (5 * squared).squareRoot()
    let decay = ElementaryFunctions.exponential(-root)
    return ((1 + root + (5.0 / 3) * squared) * decay, (-5.0 / 6) * (1 + root) * decay)
  }
}
