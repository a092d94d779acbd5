// Elementary functions without branches and calls, so that the compiler vectorizes the loops that
// use them. The errors are those of the approximations, checked against libm by the tests.

/// e^x. Relative error below 2e-7; below −87.3 the result is flushed to (almost) zero, above 88.3 it
/// stays at the largest finite values. NaN stays NaN.
@inlinable @inline(__always)
package func exponential(_ x: Float) -> Float {
  let (near, power) = parts(ofExponential: x)
  return (near + 1) * power
}

/// e^x − 1, without what is lost where that is small: relative error below 3e-7.
@inlinable @inline(__always)
package func exponentialMinusOne(_ x: Float) -> Float {
  let (near, power) = parts(ofExponential: x)
  return near * power + (power - 1)
}

/// e^x = (near + 1) · power with a power of 2.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and e^r − 1 by a polynomial of degree 7 (coefficients of the
/// Cephes Mathematical Library, `expf`).
@inlinable @inline(__always)
func parts(ofExponential x: Float) -> (near: Float, power: Float) {
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
  var p: Float = 1.987_569_15e-4
  p = p * r + 1.398_199_95e-3
  p = p * r + 8.333_451_9e-3
  p = p * r + 4.166_579_6e-2
  p = p * r + 1.666_666_55e-1
  p = p * r + 5.000_000_1e-1
  let power = Float(bitPattern: (shifted.bitPattern &- magic.bitPattern &+ 127) &<< 23)
  return (p * (r * r) + r, power)
}

/// 1 / (1 + e^−x).
@inlinable @inline(__always)
package func logistic(_ x: Float) -> Float {
  1 / (1 + exponential(-x))
}

/// tanh x = (e^2x − 1) / (e^2x + 1). Absolute error below 2e-7, relative error below 3e-7.
@inlinable @inline(__always)
package func hyperbolicTangent(_ x: Float) -> Float {
  let excess = exponentialMinusOne(2 * x)
  return excess / (excess + 2)
}
