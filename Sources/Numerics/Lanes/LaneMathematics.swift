import CLanes

// The functions of Mathematics.swift and more, sixteen numbers at a time: what takes as long as a third of
// the products where activations, gates and attention follow each other.

/// The square roots of sixteen numbers, exact to the last bit.
@inlinable @inline(__always)
package func squareRoots(_ x: Lanes) -> Lanes { lanes_square_roots(x) }

/// e^x = power · e^remainder with a power of 2; the quotient is (e^remainder − 1 − remainder) / remainder².
@inlinable @inline(__always)
func parts(ofExponential x: Lanes) -> (remainder: Lanes, quotient: Lanes, power: Lanes) {
  let clamped = lanes_clamped(x, -87.336_54, 88.376_26)
  let magic = Lanes(repeating: 12_582_912)
  let shifted = magic.plus(1.442_695_04, times: clamped)
  let n = shifted - magic
  let r = clamped.plus(-0.693_359_375, times: n).plus(2.121_944_4e-4, times: n)
  var p = Lanes(repeating: 1.398_199_95e-3).plus(1.987_569_15e-4, times: r)
  p = Lanes(repeating: 8.333_451_9e-3).plus(p, times: r)
  p = Lanes(repeating: 4.166_579_6e-2).plus(p, times: r)
  p = Lanes(repeating: 1.666_666_55e-1).plus(p, times: r)
  p = Lanes(repeating: 5.000_000_1e-1).plus(p, times: r)
  return (r, p, lanes_power_of_two(shifted))
}

/// e^x, like `exponential` of a single number.
@inlinable @inline(__always)
package func exponential(_ x: Lanes) -> Lanes {
  let (r, p, power) = parts(ofExponential: x)
  return (r + 1).plus(p, times: r * r) * power
}

/// e^x − 1, like `exponentialMinusOne` of a single number.
@inlinable @inline(__always)
package func exponentialMinusOne(_ x: Lanes) -> Lanes {
  let (r, p, power) = parts(ofExponential: x)
  return (power - 1).plus(r.plus(p, times: r * r), times: power)
}

/// 1 / (1 + e^−x).
@inlinable @inline(__always)
package func logistic(_ x: Lanes) -> Lanes {
  1 / (1 + exponential(-x))
}

/// tanh x, like `hyperbolicTangent` of a single number.
@inlinable @inline(__always)
package func hyperbolicTangent(_ x: Lanes) -> Lanes {
  let excess = exponentialMinusOne(2 * x)
  return excess / (excess + 2)
}

/// The distribution function Φ(x) and the density φ(x) of the standard normal distribution, which take the
/// same e^(−x²/2). Absolute errors below 4e-7.
///
/// Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26, with Φ(x) = (1 + erf(x / √2)) / 2.
@inlinable @inline(__always)
package func normalDistribution(_ x: Lanes) -> (distribution: Lanes, density: Lanes) {
  let power = exponential(-0.5 * x * x)
  // 0.3275911 / √2
  let t = 1 / Lanes(repeating: 1).plus(0.231_641_89, times: lanes_select_less(x, 0, -x, x))
  // Half the coefficients: this is 1 − Φ(|x|).
  var p = Lanes(repeating: -0.726_576_01).plus(0.530_702_71, times: t)
  p = Lanes(repeating: 0.710_706_87).plus(p, times: t)
  p = Lanes(repeating: -0.142_248_37).plus(p, times: t)
  p = Lanes(repeating: 0.127_414_8).plus(p, times: t)
  let tail = p * t * power
  return (lanes_select_less(x, 0, tail, 1 - tail), 0.398_942_28 * power)
}

// MARK: - Of rows

/// e^(scale · (xⱼ − m)) of a row x whose largest number is m: what a softmax divides by their sum, which is no number where
/// an x is none, m is infinite or all are −∞.
///
/// - Parameters:
///   - count: at least 1.
///   - result: where they go, if anywhere; may be the row itself.
package func exponentials(
  _ row: UnsafePointer<Float>, count: Int, scale: Float = 1,
  into result: UnsafeMutablePointer<Float>?
) -> (largest: Float, sum: Float) {
  var most = Lanes(repeating: -.infinity)
  for first in Lanes.firsts(count) {
    let rest = count - first
    most = Lanes(row + first, rest).first(rest, rest: -.infinity).larger(than: most)
  }
  let largest = most.largest
  var sums = Lanes()
  for first in Lanes.firsts(count) {
    let rest = count - first
    let powers = exponential((Lanes(row + first, rest) - largest) * scale).first(rest)
    if let result { powers.store(to: result + first, rest) }
    sums += powers
  }
  return (largest, sums.total)
}

/// Replaces numbers by 1 / (1 + e^−x).
package func applyLogistic(_ values: UnsafeMutablePointer<Float>, count: Int) {
  for first in Lanes.firsts(count) {
    let rest = count - first
    logistic(Lanes(values + first, rest)).store(to: values + first, rest)
  }
}

/// tanh of numbers.
///
/// - Parameter result: may be the numbers themselves.
package func applyHyperbolicTangent(
  _ values: UnsafePointer<Float>, count: Int, into result: UnsafeMutablePointer<Float>
) {
  for first in Lanes.firsts(count) {
    let rest = count - first
    hyperbolicTangent(Lanes(values + first, rest)).store(to: result + first, rest)
  }
}
