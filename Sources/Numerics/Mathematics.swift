// Elementary functions without branches and calls, so that the compiler vectorizes the loops that
// use them. The errors are those of the approximations, checked against libm by the tests.

/// e^x. Relative error below 2e-7; below −87.3 the result is flushed to (almost) zero, above 88.3 it
/// stays at the largest finite values. NaN stays NaN.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and e^r by a polynomial of degree 6 (coefficients of the
/// Cephes Mathematical Library, `expf`).
@inlinable @inline(__always)
package func exponential(_ x: Float) -> Float {
  // Comparisons in this order let a NaN through.
  let low: Float = -87.336_54
  let high: Float = 88.376_26
  var clamped = x < low ? low : x
  clamped = clamped > high ? high : clamped
  // Adding 1.5·2²³ rounds to an integer and leaves it in the low bits.
  let magic: Float = 12_582_912
  let shifted = clamped * 1.442_695_04 + magic
  let n = shifted - magic
  let r = (clamped - n * 0.693_359_375) - n * -2.121_944_4e-4
  let power = Float(bitPattern: (shifted.bitPattern &- magic.bitPattern &+ 127) &<< 23)
  return (nearExponential(r) + 1) * power
}

/// e^x − 1, without what is lost where that is small: relative error below 3e-7.
@inlinable @inline(__always)
package func exponentialMinusOne(_ x: Float) -> Float {
  let (near, far) = (nearExponential(x), exponential(x) - 1)
  return x.magnitude < 0.34 ? near : far
}

/// e^x − 1 for |x| ≤ ln 2 / 2.
@inlinable @inline(__always)
package func nearExponential(_ x: Float) -> Float {
  var p: Float = 1.987_569_15e-4
  p = p * x + 1.398_199_95e-3
  p = p * x + 8.333_451_9e-3
  p = p * x + 4.166_579_6e-2
  p = p * x + 1.666_666_55e-1
  p = p * x + 5.000_000_1e-1
  return p * (x * x) + x
}

/// 1 / (1 + e^−x).
@inlinable @inline(__always)
package func logistic(_ x: Float) -> Float {
  1 / (1 + exponential(-x))
}

/// tanh x. Absolute error below 2e-7, relative error small near zero too.
///
/// For |x| < 0.625 an odd polynomial (Cephes, `tanhf`), else 1 − 2 / (e^2x + 1).
@inlinable @inline(__always)
package func hyperbolicTangent(_ x: Float) -> Float {
  let square = x * x
  var p: Float = -5.704_988_7e-3
  p = p * square + 2.063_908_9e-2
  p = p * square - 5.373_971_5e-2
  p = p * square + 1.333_144_2e-1
  p = p * square - 3.333_328_2e-1
  let near = p * square * x + x
  let far = 1 - 2 / (exponential(2 * x) + 1)
  return square < 0.390_625 ? near : far
}
