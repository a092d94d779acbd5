import CLanes

/// Sine and cosine of 2πx for sixteen numbers of turns. Absolute errors below 6e-7 for |x| < 2¹⁰; they grow with the
/// spacing of floats from there on.
///
/// x is taken to r in [−½, ½] turns, the sine and cosine of half the angle are polynomials of least largest error
/// there, and sin 2a = 2 sin a cos a, cos 2a = 1 − 2 sin² a.
@inlinable @inline(__always)
package func turns(_ x: Lanes) -> (sine: Lanes, cosine: Lanes) {
  // Adding 1.5·2²³ rounds to an integer.
  let magic = Lanes(repeating: 12_582_912)
  let r = x - ((x + magic) - magic)
  let square = r * r
  var s = Lanes(repeating: -0.598_292_16).plus(0.077_659_41, times: square)
  s = Lanes(repeating: 2.550_077_66).plus(s, times: square)
  s = Lanes(repeating: -5.167_710_09).plus(s, times: square)
  s = Lanes(repeating: 3.141_592_64).plus(s, times: square)
  s *= r
  var c = Lanes(repeating: 0.234_937_56).plus(-0.024_396_72, times: square)
  c = Lanes(repeating: -1.335_212_06).plus(c, times: square)
  c = Lanes(repeating: 4.058_709_16).plus(c, times: square)
  c = Lanes(repeating: -4.934_802_14).plus(c, times: square)
  c = Lanes(repeating: 1).plus(c, times: square)
  return (2 * s * c, 1 - 2 * s * s)
}
