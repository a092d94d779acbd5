import Configuration

/// Times that are numbers, in the notation of those before them.
extension TimeFormat {
  /// Further digits are not chosen by anyone, but those of a sum that is not exact.
  private static let mostDecimals = 12

  /// A number with the decimals of the times before it, or those of the step where it has more.
  ///
  /// - Parameter step: how far times are apart; without it, the text is the very number.
  func numberText(_ value: Double, step: TimeStep?) -> String {
    let wanted = max(decimals ?? 0, step.map { Self.decimals(of: $0) } ?? 0)
    if decimals != nil, wanted <= Self.mostDecimals,
      let text = Self.text(value, decimals: wanted), step != nil || Double(text) == value
    {
      return text
    }
    return Self.text(value, precision: (step?.count ?? 0) * 1e-6)
  }

  /// The decimals that tell a step as exactly as rows have to keep it.
  private static func decimals(of step: TimeStep) -> Int {
    var power = 1.0
    for decimals in 0...mostDecimals {
      let rounded = (step.count * power).rounded() / power
      if abs(rounded - step.count) <= step.count * TimeStep.tolerance { return decimals }
      power *= 10
    }
    return mostDecimals + 1
  }

  /// A number with so many decimals, zeros where they are finer than the number.
  ///
  /// - Returns: `nil` if it is too large to be counted.
  private static func text(_ value: Double, decimals: Int) -> String? {
    var kept = 0
    var power = 1.0
    // Up to here each whole number is a number of its own.
    while kept < decimals, abs(value) * power * 10 < 0x1p53 {
      kept += 1
      power *= 10
    }
    guard let scaled = Int(exactly: (value * power).rounded()) else { return nil }
    let digits = String(scaled.magnitude)
    let text = String(repeating: "0", count: max(0, kept + 1 - digits.count)) + digits
    let sign = scaled < 0 ? "-" : ""
    guard decimals > 0 else { return sign + text }
    let zeros = String(repeating: "0", count: decimals - kept)
    return "\(sign)\(text.dropLast(kept)).\(text.suffix(kept))\(zeros)"
  }

  /// A number with as few decimals as precision allows.
  private static func text(_ value: Double, precision: Double) -> String {
    var power = 1.0
    for _ in 0..<15 {
      let rounded = (value * power).rounded() / power
      if abs(rounded - value) <= precision { return JSONNumber(rounded).text }
      power *= 10
    }
    return JSONNumber(value).text
  }
}
