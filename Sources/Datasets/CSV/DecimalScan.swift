/// The digits of a decimal number and where its point is, before they are made a `Double`.
struct DecimalScan {
  private(set) var isNegative = false
  /// All digits without the point; meaningless if there are more than fit.
  private(set) var mantissa: UInt64 = 0
  /// The power of ten that the mantissa is multiplied by.
  private(set) var exponent = 0
  /// How many digits of the mantissa count, which are those from the first that is not 0 on.
  private(set) var significantDigits = 0

  /// Reads the longest number that starts at `start`.
  ///
  /// - Returns: where the number ends, or nil if there is none.
  mutating func read(from start: UnsafeRawPointer, to end: UnsafeRawPointer) -> UnsafeRawPointer? {
    var position = start
    if position < end {
      let sign = Self.byte(position)
      isNegative = sign == ASCII.minus
      if isNegative || sign == ASCII.plus { position += 1 }
    }
    let whole = position
    readDigits(from: &position, to: end)
    var digits = position - whole
    if position < end, Self.byte(position) == ASCII.dot {
      position += 1
      let fraction = position
      readDigits(from: &position, to: end)
      digits += position - fraction
      exponent = fraction - position
    }
    guard digits > 0 else { return nil }
    readExponent(from: &position, to: end)
    return position
  }

  /// The `Double` nearest to the number, or nil if it takes more than 64 bits to tell.
  var exactlyRoundedValue: Double? {
    guard significantDigits <= 19 else { return nil }
    guard let magnitude = DecimalRounding.magnitude(mantissa, exponent: exponent) else {
      return nil
    }
    return isNegative ? -magnitude : magnitude
  }

  private mutating func readDigits(
    from position: inout UnsafeRawPointer, to end: UnsafeRawPointer
  ) {
    if significantDigits == 0 {
      while position < end, Self.byte(position) == ASCII.zero { position += 1 }
    }
    let start = position
    while end - position >= 8 {
      let word = DigitWord(at: position)
      guard word.digitCount == 8 else { break }
      mantissa = mantissa &* 100_000_000 &+ word.value(ofFirst: 8)
      position += 8
    }
    while position < end {
      let digit = Self.byte(position) &- ASCII.zero
      guard digit <= 9 else { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      position += 1
    }
    significantDigits += position - start
  }

  /// Reads an exponent if there is a whole one, and else leaves `position` where it is.
  private mutating func readExponent(
    from position: inout UnsafeRawPointer, to end: UnsafeRawPointer
  ) {
    guard position < end, Self.byte(position) | ASCII.lowercaseBit == ASCII.lowercaseE else {
      return
    }
    var next = position + 1
    var isMinus = false
    if next < end {
      let sign = Self.byte(next)
      isMinus = sign == ASCII.minus
      if isMinus || sign == ASCII.plus { next += 1 }
    }
    let firstDigit = next
    var value = 0
    while next < end {
      let digit = Self.byte(next) &- ASCII.zero
      guard digit <= 9 else { break }
      // Beyond this, more digits change nothing, and the value must not overflow.
      if value < 100_000 { value = value * 10 + Int(digit) }
      next += 1
    }
    guard next > firstDigit else { return }
    exponent += isMinus ? -value : value
    position = next
  }

  @inline(__always)
  private static func byte(_ position: UnsafeRawPointer) -> UInt8 {
    position.load(as: UInt8.self)
  }
}
