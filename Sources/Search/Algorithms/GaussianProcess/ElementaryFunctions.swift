/// Elementary functions of additions, multiplications and divisions only: a proposal has to be the same on
/// machines whose mathematical libraries round the last bit differently.
enum ElementaryFunctions {
  /// e^x, for x from −700 to 700 (beyond them, the value there). Relative error below 4e-16.
  ///
  /// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and e^r by its Taylor series up to r¹³.
  @inline(__always)
  static func exponential(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let clamped = x.clamped(
      lowerBound: SIMD8(repeating: -700), upperBound: SIMD8(repeating: 700))
    // Adding 1.5·2⁵² rounds to an integer and leaves it in the low bits.
    let magic = SIMD8<Double>(repeating: 0x1.8p52)
    let shifted = clamped * 0x1.71547652b82fep0 + magic
    let count = shifted - magic
    let rest = (clamped - count * 0x1.62e42fefap-1) - count * 0x1.cf79abc9e3b3ap-40
    var sum = SIMD8<Double>(repeating: 1 / 6_227_020_800)
    sum = sum * rest + 1 / 479_001_600
    sum = sum * rest + 1 / 39_916_800
    sum = sum * rest + 1 / 3_628_800
    sum = sum * rest + 1 / 362_880
    sum = sum * rest + 1 / 40_320
    sum = sum * rest + 1 / 5_040
    sum = sum * rest + 1 / 720
    sum = sum * rest + 1 / 120
    sum = sum * rest + 1 / 24
    sum = sum * rest + 1 / 6
    sum = sum * rest + 0.5
    sum = sum * rest + 1
    sum = sum * rest + 1
    let bits = unsafeBitCast(shifted, to: SIMD8<UInt64>.self)
    let exponent = bits &- SIMD8(repeating: (0x1.8p52).bitPattern) &+ SIMD8(repeating: 1023)
    return sum * unsafeBitCast(exponent &<< SIMD8(repeating: 52), to: SIMD8<Double>.self)
  }

  static func exponential(_ x: Double) -> Double {
    exponential(SIMD8<Double>(repeating: x))[0]
  }

  /// The natural logarithm of a positive, finite number; −∞ of what is not positive. Relative error below 4e-16.
  ///
  /// x = m·2ⁿ with m near 1, and log m = 2·artanh((m − 1) / (m + 1)) by its series.
  static func logarithm(_ x: Double) -> Double {
    guard x > 0 else { return -.infinity }
    guard x < .infinity else { return x }
    var significand = x.significand
    var exponent = Double(x.exponent)
    if significand > 0x1.6a09e667f3bcdp0 {
      significand /= 2
      exponent += 1
    }
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var sum = 0.0
    for odd in stride(from: 23, through: 3, by: -2) { sum = (sum + 1 / Double(odd)) * square }
    let small = 2 * ratio * (1 + sum)
    return exponent * 0x1.62e42fefap-1 + (exponent * 0x1.cf79abc9e3b3ap-40 + small)
  }

  /// e^(x²)·erfc(x), for x ≥ 0: what is left of the complementary error function without its steep factor.
  /// Relative error below 1e-15.
  ///
  /// (x + 4) times it is a smooth function of t = (x − 4) / (x + 4), here as a Chebyshev series, summed by Clenshaw's
  /// recurrence.
  static func scaledComplementaryError(_ x: Double) -> Double {
    let t = (x - 4) / (x + 4)
    var (next, afterNext) = (0.0, 0.0)
    for coefficient in chebyshev.dropFirst().reversed() {
      (next, afterNext) = (coefficient + 2 * t * next - afterNext, next)
    }
    return (chebyshev[0] / 2 + t * next - afterNext) / (x + 4)
  }

  private static let chebyshev: [Double] = [
    3.2641957563930517, -1.5054329427054698, 0.5903214182888945, -0.19828527172011035,
    0.0569084302284687, -0.013773973050870096, 0.002729016733135232, -0.00041361807903024755,
    3.89141838079606e-05, 4.795485503364783e-07, -8.69910708137986e-07, 1.2116707094396208e-07,
    3.791967026078351e-09, -3.453364677999834e-09, 2.7488625703470273e-10, 6.813959374977141e-11,
    -1.3568522750709054e-11, -1.0463235101120115e-12, 4.851070287775404e-13,
    8.458754851060976e-15, -1.646936702936743e-14, 2.531452405554291e-16, 5.757211997235088e-16,
  ]
}
