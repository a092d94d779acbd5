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
  var text = ""

  init(style: Style) { self.style = style }

  private static let widest = 88
  private static let indentation = 2

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value.kind {
    case .null, .invalid: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    // JSON has no word for what is not finite.
    case .number(let number): text += number.value.isFinite ? number.text : "null"
    case .string(let string): write(string)
    case .array(let items):
      writeList("[", items, "]", breaks: breaks(value, depth: depth), depth: depth) {
        $0.write($1, depth: depth + 1)
      }
    case .object(let members):
      writeList("{", members, "}", breaks: breaks(value, depth: depth), depth: depth) {
        $0.write($1.key)
        $0.text += $0.style == .compact ? ":" : ": "
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
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += style == .spaced || style == .indented && !breaks ? ", " : "," }
      text += margin(depth + 1)
      write(&self, element)
    }
    text += margin(depth) + close
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
