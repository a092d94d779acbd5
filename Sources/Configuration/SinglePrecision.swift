extension Double {
  /// Whether single precision, in which networks compute, holds the number: neither as infinity, nor as 0
  /// unless it is 0.
  package var fitsSinglePrecision: Bool {
    let single = Float(self)
    return single.isFinite && (single != 0 || self == 0)
  }

  /// The nearest number that has as few digits as single precision, in which networks compute, can mean.
  package var inSinglePrecisionDigits: Double { Double(Float(self).description) ?? self }
}
