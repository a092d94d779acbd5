import Configuration

extension CSVDataConfig {
  /// How the numbers of a column are written.
  func notation(of column: String) -> NumberNotation {
    let own = columns[column]
    return NumberNotation(
      decimal: own?.decimal ?? decimal, thousands: own?.thousands ?? thousands,
      signs: own?.signs ?? signs)
  }
}

extension Reading {
  /// One character cannot divide fractions and thousands, and digits are no signs.
  mutating func checkNotation(
    _ decimal: DecimalMark?, _ thousands: ThousandsSeparator?, _ signs: [String], _ json: JSONValue
  ) {
    if let thousands, thousands.rawValue == (decimal ?? .point).rawValue {
      report(
        code: "contradiction",
        "'thousands' and 'decimal' cannot both be \"\(thousands.rawValue)\"",
        at: json["thousands"]?.location,
        help: decimal == nil ? "write \"decimal\": \",\" too" : "write another one, or leave it out"
      )
    }
    for sign in signs
    where NegativeMark(rawValue: sign) == nil
      && sign.contains(where: { $0.isASCII && $0.isNumber || "+-.,".contains($0) })
    {
      report(
        code: "contradiction", "the sign \"\(sign)\" would be a part of numbers",
        at: json["signs"]?.location,
        help:
          "beside units there are \"()\" for (5), \"-\" for 5- and \"\u{2212}\" for \u{2212}5, which are negative"
      )
    }
  }
}
