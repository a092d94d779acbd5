extension JSONValue {
  /// The value as one line of JSON.
  package var compactText: String {
    var writer = JSONWriter(indentation: nil)
    writer.write(self, depth: 0)
    return writer.text
  }

  /// The value as JSON with two spaces a level; arrays and objects of scalars that fit stay on
  /// one line.
  package var prettyText: String {
    var writer = JSONWriter(indentation: 2)
    writer.write(self, depth: 0)
    return writer.text + "\n"
  }
}

private struct JSONWriter {
  let indentation: Int?
  var text = ""

  private static let widest = 88

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value.kind {
    case .null, .invalid: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .number(let number): text += number.text
    case .string(let string): write(string)
    case .array(let items):
      writeList("[", items, "]", depth: depth) { $0.write($1, depth: depth + 1) }
    case .object(let members):
      writeList("{", members, "}", depth: depth) { writer, member in
        writer.write(member.key)
        writer.text += writer.indentation == nil ? ":" : ": "
        writer.write(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func writeList<Element>(
    _ open: String, _ elements: [Element], _ close: String, depth: Int,
    each write: (inout Self, Element) -> Void
  ) {
    let start = text.endIndex
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += indentation == nil ? "," : ", " }
      write(&self, element)
    }
    text += close
    guard let indentation,
      depth < 2 || text[start...].contains("\n")
        || text.distance(from: start, to: text.endIndex) > Self.widest - depth * indentation,
      !elements.isEmpty
    else { return }
    text.removeSubrange(start...)
    text += open
    let margin = "\n" + String(repeating: " ", count: (depth + 1) * indentation)
    for (index, element) in elements.enumerated() {
      text += (index > 0 ? "," : "") + margin
      write(&self, element)
    }
    text += "\n" + String(repeating: " ", count: depth * indentation) + close
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
