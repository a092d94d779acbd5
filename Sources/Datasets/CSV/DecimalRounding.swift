/// Makes `mantissa * 10^exponent` the nearest `Double`, ties to even.
enum DecimalRounding {
  /// - Returns: nil if it takes more than 64 bits of a power of ten to tell.
  @inline(__always)
  static func magnitude(_ mantissa: UInt64, exponent: Int) -> Double? {
    if mantissa == 0 { return 0 }
    if mantissa <= 1 << 53, -22...22 ~= exponent {
      // Both operands are exact, so one operation rounds once (Clinger, 1990).
      let power = powersOfTen[exponent.magnitude]
      let exact = Double(Int64(bitPattern: mantissa))
      return exponent < 0 ? exact / power : exact * power
    }
    guard -27..<0 ~= exponent else { return nil }
    return quotient(mantissa, powerOfTen: -exponent)
  }

  /// `mantissa / 10^power` by a division of integers, whose remainder tells how to round.
  ///
  /// - Parameter power: 1 through 27, the powers of five that fit in 64 bits.
  private static func quotient(_ mantissa: UInt64, powerOfTen power: Int) -> Double {
    let five = powersOfFive[power]
    let divisorShift = five.leadingZeroBitCount
    let mantissaShift = mantissa.leadingZeroBitCount
    let divisor = five &<< UInt64(divisorShift)
    // With its top bit clear the dividend's upper half is below the divisor, as the division needs.
    let dividend = mantissa &<< UInt64(mantissaShift)
    let upper = dividend &>> 1
    let lower = dividend &<< 63
    let (quotient, remainder) = divisor.dividingFullWidth((upper, lower))
    // The quotient has 63 or 64 bits, more than enough for the lowest to stand for all beyond it.
    let sticky = quotient | (remainder == 0 ? 0 : 1)
    // sticky * 2^scale, which is exact but for the one rounding in the conversion.
    let scale = divisorShift - mantissaShift - 63 - power
    return Double(sticky) * Double(sign: .plus, exponent: scale, significand: 1)
  }

  private static let powersOfFive: [UInt64] = (0...27).map { power in
    (0..<power).reduce(1) { product, _ in product * 5 }
  }
}
