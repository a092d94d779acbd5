extension Double {
  /// Whether single precision, in which networks compute, holds the number: neither as infinity, nor as 0
  /// unless it is 0.
  package var fitsSinglePrecision: Bool {
    let single = Float(self)
    return single.isFinite && (single != 0 || self == 0)
  }

  /// The nearest number that has as few digits as single precision, in which networks compute, can mean.
  package var inSinglePrecisionDigits: Double { Double(Float(self).description) ?? self }

  /// Those digits as JSON writes them.
  package var singlePrecisionText: String {
    let digits = Float(self).description
    // Without an exponent and without a word, a number of double precision is written alike.
    guard digits.utf8.allSatisfy({ $0 <= UInt8(ascii: "9") }) else {
      return JSONNumber(inSinglePrecisionDigits).text
    }
    if digits == "-0.0" { return "0" }
    return digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }
}
