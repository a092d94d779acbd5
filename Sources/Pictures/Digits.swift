import Glibc

/// Numbers in few digits, as axes and tables show them.
package enum Digits {
  /// A number in four significant digits.
  package static func short(_ value: Double) -> String { text(value, digits: 4) }

  /// `1 line`, `2 lines`.
  static func count(_ number: Int, _ noun: String, _ plural: String) -> String {
    "\(number) \(number == 1 ? noun : plural)"
  }

  /// - Parameter digits: significant ones.
  package static func text(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    guard value != 0 else { return "0" }
    let magnitude = abs(value)
    guard magnitude >= 1e-4, magnitude < 1e7 else { return scientific(value, digits: digits) }
    let exponent = Int(floor(log10(magnitude)))
    let decimals = max(0, digits - 1 - exponent)
    return trimmed(fixed(value, decimals: decimals))
  }

  /// As marks of an axis have it: from 10,000 on with digits in groups of three.
  static func grouped(_ value: Double, digits: Int) -> String {
    let text = text(value, digits: digits)
    guard abs(value) >= 1e4, abs(value) < 1e7 else { return text }
    let whole = text.prefix { $0 != "." }
    var groups = ""
    for (index, digit) in whole.reversed().enumerated() {
      if index > 0, index % 3 == 0, digit.isNumber { groups.append(",") }
      groups.append(digit)
    }
    return String(groups.reversed()) + text.dropFirst(whole.count)
  }

  private static func scientific(_ value: Double, digits: Int) -> String {
    var exponent = Int(floor(log10(abs(value))))
    var mantissa = value / pow(10, Double(exponent))
    let unit = pow(10, Double(digits - 1))
    mantissa = (mantissa * unit).rounded() / unit
    if abs(mantissa) >= 10 {
      mantissa /= 10
      exponent += 1
    }
    return trimmed(fixed(mantissa, decimals: digits - 1)) + "e\(exponent)"
  }

  private static func fixed(_ value: Double, decimals: Int) -> String {
    let unit = pow(10, Double(decimals))
    let scaled = (abs(value) * unit).rounded()
    guard scaled < 1e18 else { return String(value) }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// Without zeros at the end of a fraction.
  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
