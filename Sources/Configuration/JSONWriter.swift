extension JSONValue {
  /// The value as one line of JSON.
  package var compactText: String {
    var writer = JSONWriter(style: .compact)
    writer.write(self, depth: 0)
    return writer.text
  }

  /// The value as one line of JSON with blanks at which a line can be broken.
  package var spacedText: String {
    var writer = JSONWriter(style: .spaced)
    writer.write(self, depth: 0)
    return writer.text
  }

  /// The value as JSON with two spaces a level; arrays and objects of scalars that fit stay on
  /// one line.
  package var prettyText: String {
    var writer = JSONWriter(style: .indented)
    writer.write(self, depth: 0)
    return writer.text + "\n"
  }
}

private struct JSONWriter {
  enum Style {
    case compact
    /// One line with a blank after commas and colons.
    case spaced
    case indented
  }

  let style: Style
  /// UTF-8.
  private var bytes: [UInt8] = []

  init(style: Style) { self.style = style }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  private static let widest = 88
  private static let indentation = 2

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value.kind {
    case .null, .invalid: add("null")
    case .boolean(let value): add(value ? "true" : "false")
    // JSON has no word for what is not finite.
    case .number(let number): add(number.value.isFinite ? number.text : "null")
    case .string(let string): write(string)
    case .array(let items):
      writeList("[", items, "]", breaks: breaks(value, depth: depth), depth: depth) {
        $0.write($1, depth: depth + 1)
      }
    case .object(let members):
      writeList("{", members, "}", breaks: breaks(value, depth: depth), depth: depth) {
        $0.write($1.key)
        $0.add($0.style == .compact ? ":" : ": ")
        $0.write($1.value, depth: depth + 1)
      }
    }
  }

  /// Whether an array or object takes a line for each element.
  private func breaks(_ value: JSONValue, depth: Int) -> Bool {
    guard style == .indented, value.items?.isEmpty != true, value.members?.isEmpty != true else {
      return false
    }
    if depth < 2 { return true }
    var line = JSONWriter(style: .spaced)
    line.write(value, depth: depth)
    return line.text.count > Self.widest - depth * Self.indentation
  }

  private mutating func writeList<Element>(
    _ open: String, _ elements: [Element], _ close: String, breaks: Bool, depth: Int,
    each write: (inout Self, Element) -> Void
  ) {
    func margin(_ depth: Int) -> String {
      breaks ? "\n" + String(repeating: " ", count: depth * Self.indentation) : ""
    }
    add(open)
    for (index, element) in elements.enumerated() {
      if index > 0 { add(style == .spaced || style == .indented && !breaks ? ", " : ",") }
      add(margin(depth + 1))
      write(&self, element)
    }
    add(margin(depth) + close)
  }

  private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func write(_ string: String) {
    var string = string
    add("\"")
    string.withUTF8 { units in
      // What needs no escape is copied in one go: whole configurations are written as texts.
      var start = 0
      for (index, unit) in units.enumerated() where Self.needsEscape(unit) {
        bytes.append(contentsOf: units[start..<index])
        add(Self.escape(unit))
        start = index + 1
      }
      bytes.append(contentsOf: units[start...])
    }
    add("\"")
  }

  private static func needsEscape(_ unit: UInt8) -> Bool {
    unit < 0x20 || unit == UInt8(ascii: "\"") || unit == UInt8(ascii: "\\")
  }

  private static func escape(_ unit: UInt8) -> String {
    switch unit {
    case UInt8(ascii: "\""): return "\\\""
    case UInt8(ascii: "\\"): return "\\\\"
    case UInt8(ascii: "\n"): return "\\n"
    case UInt8(ascii: "\r"): return "\\r"
    case UInt8(ascii: "\t"): return "\\t"
    default:
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}
