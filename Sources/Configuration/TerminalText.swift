/// Text as a terminal may get it.
///
/// Labels, names of columns, paths and messages come from files of others, and a terminal obeys what they
/// hold: control characters (ECMA-48) move its cursor, change its title or answer for its user, and those for
/// the direction of writing (Unicode Standard Annex 9) show another text than there is. Each of them is shown
/// as U+FFFD, one for one, so that whatever was measured to fit still does.
package enum TerminalText {
  /// What stands between the escape character and the rest of a sequence of this program. It is another one in each
  /// process, so that nobody who wrote a file can know it.
  private static let key: [Unicode.Scalar] = {
    let digits = String(UInt64.random(in: .max / 2 ... .max), radix: 36)
    return Array(digits.unicodeScalars)
  }()

  private static let escape: Unicode.Scalar = "\u{1B}"
  private static let replacement: Unicode.Scalar = "\u{FFFD}"

  /// A sequence of this program, such as `[1m`, for a text that goes through `shown`.
  package static func sequence(_ rest: String) -> String {
    String(String.UnicodeScalarView([escape] + key)) + rest
  }

  /// Some lines of text, with the sequences of this program and no others.
  package static func shown(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { !isHarmless($0) }) else { return text }
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == escape, rest.starts(with: key) {
        rest.removeFirst(key.count)
        result.append(escape)
      } else {
        result.append(isHarmless(scalar) ? scalar : replacement)
      }
    }
    return String(result)
  }

  /// A text on one line, without any sequence.
  package static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { !isHarmless($0) || $0 == "\n" || $0 == "\t" })
    else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map(scalar)))
  }

  /// A character of a line.
  static func scalar(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar == "\t" { return " " }
    return isHarmless(scalar) && scalar != "\n" ? scalar : replacement
  }

  static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: true
    case ..<0x20, 0x7F..<0xA0: false
    // The separators of lines and paragraphs, and the marks, embeddings, overrides and isolates of directions.
    case 0x2028, 0x2029, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
    default: true
    }
  }
}

/// Makes bytes that arrive in pieces into what a terminal may get, as `TerminalText` does with texts.
///
/// A character that was cut is held back until its rest comes; bytes that are no character become U+FFFD, among them
/// long forms of short characters (RFC 3629, section 10).
package struct TerminalFilter {
  /// The bytes of a character that is not whole.
  private var begun: [UInt8] = []
  /// How many bytes it lacks.
  private var missing = 0

  package init() {}

  package mutating func filtered(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for byte in bytes { take(byte, &result) }
    return result
  }

  private mutating func take(_ byte: UInt8, _ result: inout [UInt8]) {
    if missing > 0 {
      if byte & 0xC0 == 0x80 {
        begun.append(byte)
        missing -= 1
        if missing == 0 { finish(&result) }
        return
      }
      missing = 0
      Self.replace(&result)
    }
    begun = [byte]
    switch byte {
    case ..<0x80: finish(&result)
    case 0xC2..<0xE0: missing = 1
    case 0xE0..<0xF0: missing = 2
    case 0xF0..<0xF5: missing = 3
    default: Self.replace(&result)
    }
  }

  private func finish(_ result: inout [UInt8]) {
    guard let text = String(validating: begun, as: UTF8.self),
      let scalar = text.unicodeScalars.first,
      TerminalText.isHarmless(scalar)
    else { return Self.replace(&result) }
    result += begun
  }

  private static func replace(_ result: inout [UInt8]) { result += [0xEF, 0xBF, 0xBD] }
}
