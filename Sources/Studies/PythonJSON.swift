import Configuration

/// The JSON that Python's `json.dumps` writes by default, which Optuna keeps in its tables: ASCII only, a blank
/// after commas and colons, floats in Python's notation, and the words `NaN`, `Infinity` and `-Infinity`.
package enum PythonJSON {
  package static func text(_ value: JSONValue) -> String {
    switch value.kind {
    case .null, .invalid: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let number): number.value.isFinite ? number.text : text(number.value)
    case .string(let string): text(string)
    case .array(let items): "[" + items.map { text($0) }.joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\(text($0.key)): \(text($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  /// A float, which is never written like an integer.
  package static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    // Swift changes to exponents above 2⁵³, Python at 10¹⁶.
    if value.magnitude >= 9_007_199_254_740_992, value.magnitude < 1e16 {
      return "\(Int(value)).0"
    }
    return value.description
  }

  static func text(_ string: String) -> String {
    var text = "\""
    for unit in string.utf16 {
      switch unit {
      case 0x22: text += "\\\""
      case 0x5C: text += "\\\\"
      case 0x08: text += "\\b"
      case 0x0C: text += "\\f"
      case 0x0A: text += "\\n"
      case 0x0D: text += "\\r"
      case 0x09: text += "\\t"
      case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default:
        let digits = String(unit, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return text + "\""
  }

  /// - Returns: nil for a text that Python would not read.
  package static func value(_ text: String) -> JSONValue? {
    var reader = PythonJSONReader(text)
    return reader.read()
  }
}
