/// A strict JSON parser (RFC 8259) that reports what is wrong and then reads on.
///
/// What people write by habit from other formats (comments, trailing commas, single quotes, `True`,
/// bare keys, `.5`) is an error each, at its place; the meaning is recovered where it is plain, so
/// that one pass finds the mistakes behind it too.
package struct JSONParser {
  package struct Result: Sendable {
    package var value: JSONValue
    package var diagnostics: [Diagnostic]
    /// The text ends inside a value, so that what is missing may simply not have arrived.
    package var isTruncated: Bool
  }

  /// Deeper nesting than any configuration has; it bounds the recursion.
  static let deepest = 64
  /// After so many syntax errors the text is something else than JSON.
  static let mostErrors = 30

  private let source: SourceText
  private let bytes: [UInt8]
  private let category: Diagnostic.Category
  private var offset = 0
  private var diagnostics: [Diagnostic] = []
  private var isTruncated = false
  private var hasGivenUp = false
  private var stringsInSingleQuotes = 0
  /// Where the finding about them is.
  private var firstInSingleQuotes = 0

  /// Parses a whole text. Problems are reported with the given category.
  package static func parse(
    _ source: SourceText, category: Diagnostic.Category = .configuration
  ) -> Result {
    var parser = JSONParser(source, category)
    let value = parser.parseDocument()
    return Result(
      value: value, diagnostics: parser.diagnostics, isTruncated: parser.isTruncated)
  }

  private init(_ source: SourceText, _ category: Diagnostic.Category) {
    self.source = source
    self.category = category
    bytes = source.bytes
  }

  private mutating func parseDocument() -> JSONValue {
    if isUTF16 {
      diagnostics.append(
        Diagnostic(
          .error, category, code: "utf-16", "this text is in UTF-16",
          at: Place(file: source.name, line: 1, column: 1),
          help: "save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8"))
      giveUp()
      return JSONValue(.invalid, at: location(0))
    }
    if let invalid = Self.firstInvalidUTF8(bytes) {
      report(
        "invalid-utf8", "byte \(hexadecimal(bytes[invalid])) is not valid UTF-8 here",
        invalid..<invalid + 1, help: "save the file as UTF-8")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    skipSpace()
    guard offset < bytes.count else {
      report("empty", "the text is empty; a JSON value is expected", offset..<offset)
      isTruncated = true
      return JSONValue(.invalid, at: location(0))
    }
    if let start = startOfOtherNotation {
      // Their comments are no mistakes.
      diagnostics.removeAll { $0.code == "comment" }
      report(
        "syntax", "this is not JSON: expected '{', found '\(text(start))'", start,
        help: "JSON is written as in {\"key\": 1, \"object\": {\"key\": \"text\"}}")
      giveUp()
      return JSONValue(.invalid, at: Location(source, start))
    }
    let value = parseValue(depth: 0)
    skipSpace()
    if offset < bytes.count, !hasGivenUp {
      report(
        "trailing-text", "unexpected text after the end of the JSON value", offset..<offset + 1)
    }
    return value
  }

  /// Every second byte of ASCII is zero there, with a mark or without.
  private var isUTF16: Bool {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return true }
    let start = bytes.prefix(256)
    return start.count >= 4 && start.count(where: { $0 == 0 }) * 3 > start.count
  }

  /// The beginning of YAML or TOML: a key without braces around it, or the line of hyphens.
  private var startOfOtherNotation: Range<Int>? {
    let end = bytes[offset...].firstIndex { !isWordByte($0) } ?? bytes.count
    guard end > offset else { return nil }
    let isMark = end - offset >= 3 && bytes[offset..<end].allSatisfy { $0 == UInt8(ascii: "-") }
    let next = bytes[end...].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    let isKey = next == UInt8(ascii: ":") || next == UInt8(ascii: "=")
    return isMark || isKey ? offset..<end : nil
  }

  // MARK: - Values

  private mutating func parseValue(depth: Int) -> JSONValue {
    skipSpace()
    let start = offset
    guard let byte = peek() else {
      reportTruncation("a value is missing", openedAt: nil)
      return JSONValue(.invalid, at: location(start))
    }
    if depth > Self.deepest {
      report("too-deep", "nested more than \(Self.deepest) levels deep", start..<start + 1)
      giveUp()
      return JSONValue(.invalid, at: location(start))
    }
    switch byte {
    case UInt8(ascii: "{"): return parseObject(depth: depth)
    case UInt8(ascii: "["): return parseArray(depth: depth)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let string = parseString()
      return JSONValue(string.map { .string($0) } ?? .invalid, at: location(start))
    default:
      if let string = takeTypographicString() {
        return JSONValue(.string(string), at: location(start))
      }
      return isWordByte(byte) ? parseWord() : parseUnexpected()
    }
  }

  private mutating func parseUnexpected() -> JSONValue {
    let start = offset
    skipScalar()
    report(
      "syntax", "expected a value, found '\(text(start..<offset))'", start..<offset)
    return JSONValue(.invalid, at: location(start))
  }

  private mutating func parseObject(depth: Int) -> JSONValue {
    let start = offset
    offset += 1
    var members: [JSONMember] = []
    var indices: [String: Int] = [:]
    var separator: Int?
    while true {
      skipSpace()
      guard let byte = peek() else {
        reportTruncation("this '{' is never closed", openedAt: start)
        break
      }
      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
        closeList(with: byte, expected: "}", trailingComma: separator)
        break
      }
      if byte == UInt8(ascii: ",") {
        report("syntax", "expected a key, found ','", offset..<offset + 1)
        offset += 1
        continue
      }
      if separator == nil, !members.isEmpty { reportMissingComma() }
      guard let member = parseMember(depth: depth) else { continue }
      if let first = indices[member.key] {
        let line = members[first].keyLocation?.place.line ?? 1
        reportAt(
          member.keyLocation, "duplicate-key",
          "duplicate key '\(member.key)', already given on line \(line)",
          help: "remove one of the two")
      } else {
        indices[member.key] = members.count
        members.append(member)
      }
      separator = takeComma()
    }
    return JSONValue(.object(members), at: location(start))
  }

  private mutating func parseMember(depth: Int) -> JSONMember? {
    let start = offset
    let key: String
    if let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      key = parseString() ?? text(start + 1..<offset)
    } else if let string = takeTypographicString() {
      key = string
    } else if let byte = peek(), isWordByte(byte) {
      skipWord()
      key = text(start..<offset)
      report("syntax", "keys are written in double quotes: \"\(key)\"", start..<offset)
    } else {
      skipScalar()
      report("syntax", "expected a key, found '\(text(start..<offset))'", start..<offset)
      return nil
    }
    let keyLocation = location(start)
    skipSpace()
    switch peek() {
    case UInt8(ascii: ":"): offset += 1
    case UInt8(ascii: "="):
      report("syntax", "expected ':' after the key, found '='", offset..<offset + 1)
      offset += 1
    case nil:
      reportTruncation("the key '\(key)' has no value", openedAt: nil)
      return JSONMember(key, JSONValue(.invalid, at: keyLocation), keyLocation: keyLocation)
    case UInt8(ascii: ","), UInt8(ascii: "}"):
      report("syntax", "the key '\(key)' has no value", start..<offset)
      return JSONMember(key, JSONValue(.invalid, at: keyLocation), keyLocation: keyLocation)
    default: report("syntax", "expected ':' after the key '\(key)'", offset..<offset + 1)
    }
    let value = parseValue(depth: depth + 1)
    return JSONMember(key, takeDecimals(behind: value), keyLocation: keyLocation)
  }

  private mutating func parseArray(depth: Int) -> JSONValue {
    let start = offset
    offset += 1
    var items: [JSONValue] = []
    var separator: Int?
    while true {
      skipSpace()
      guard let byte = peek() else {
        reportTruncation("this '[' is never closed", openedAt: start)
        break
      }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
        closeList(with: byte, expected: "]", trailingComma: separator)
        break
      }
      if byte == UInt8(ascii: ",") {
        report("syntax", "expected a value, found ','", offset..<offset + 1)
        offset += 1
        continue
      }
      if separator == nil, !items.isEmpty { reportMissingComma() }
      items.append(parseValue(depth: depth + 1))
      separator = takeComma()
    }
    return JSONValue(.array(items), at: location(start))
  }

  private mutating func closeList(with byte: UInt8, expected: Character, trailingComma: Int?) {
    if Character(UnicodeScalar(byte)) != expected {
      report(
        "syntax", "expected '\(expected)', found '\(Character(UnicodeScalar(byte)))'",
        offset..<offset + 1)
    } else if let trailingComma {
      report(
        "trailing-comma", "no comma may stand before '\(expected)'",
        trailingComma..<trailingComma + 1, help: "remove the comma")
    }
    offset += 1
  }

  private mutating func takeComma() -> Int? {
    skipSpace()
    guard peek() == UInt8(ascii: ",") else { return nil }
    offset += 1
    return offset - 1
  }

  /// Passes what an operator and its numbers add to a number, as in `2**4`; false if there is none.
  private mutating func takeCalculation() -> Bool {
    let operators: [UInt8] = Array("*/%^".utf8)
    guard let next = peek(), operators.contains(next) else { return false }
    // A comment is none.
    let following = offset + 1 < bytes.count ? bytes[offset + 1] : 0
    guard next != UInt8(ascii: "/") || following != next && following != UInt8(ascii: "*") else {
      return false
    }
    while let byte = peek(), operators.contains(byte) || isWordByte(byte) { offset += 1 }
    return true
  }

  private mutating func reportMissingComma() {
    report("missing-comma", "a comma is missing before this", offset..<offset + 1)
  }

  // MARK: - Words and numbers

  private mutating func parseWord() -> JSONValue {
    let start = offset
    skipWord()
    let word = text(start..<offset)
    switch word {
    case "true": return JSONValue(.boolean(true), at: location(start))
    case "false": return JSONValue(.boolean(false), at: location(start))
    case "null": return JSONValue(.null, at: location(start))
    default: break
    }
    if takeCalculation() {
      report(
        "syntax", "'\(text(start..<offset))' is to be computed, which JSON does not",
        start..<offset, help: "write what comes out")
      return JSONValue(.invalid, at: location(start))
    }
    if let number = parseNumber(word, start..<offset) { return number }
    switch word.lowercased() {
    case "true", "yes", "on":
      report("syntax", "'\(word)' is not JSON", start..<offset, help: "write true")
      return JSONValue(.boolean(true), at: location(start))
    case "false", "no", "off":
      report("syntax", "'\(word)' is not JSON", start..<offset, help: "write false")
      return JSONValue(.boolean(false), at: location(start))
    case "nan", "inf", "infinity", "-nan", "-inf", "-infinity", "+inf", "+infinity":
      report("not-finite", "\(word) is not a number that JSON has", start..<offset)
      return JSONValue(.invalid, at: location(start))
    case "none", "nil", "undefined":
      report("syntax", "'\(word)' is not JSON", start..<offset, help: "leave it out")
      return JSONValue(.invalid, at: location(start))
    default:
      report(
        "syntax", "'\(word)' is not a JSON value", start..<offset,
        help: "a string is written in double quotes: \"\(word)\"")
      return JSONValue(.string(word), at: location(start))
    }
  }

  /// A number, `nil` if the word does not look like one. Malformed numbers are reported.
  private mutating func parseNumber(_ word: String, _ range: Range<Int>) -> JSONValue? {
    guard
      let first = word.utf8.first(where: { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }),
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || first == UInt8(ascii: ".")
    else { return nil }
    guard let value = Double(word) else {
      report("syntax", "'\(word)' is not a number", range)
      return JSONValue(.invalid, at: Location(source, range))
    }
    if !Self.isJSONNumber(Array(word.utf8)) {
      report(
        "syntax", "'\(word)' is not how JSON writes a number", range,
        help: value.isFinite ? "write \(JSONNumber(value).text)" : nil)
    }
    guard value.isFinite else {
      report(
        "not-finite", "\(word) is larger than any number (about 1.8e308)", range)
      return JSONValue(.invalid, at: Location(source, range))
    }
    return JSONValue(.number(JSONNumber(text: word, value: value)), at: Location(source, range))
  }

  /// Joins what stands behind the comma of a number, as in `0,01`: no key begins with a digit.
  private mutating func takeDecimals(behind value: JSONValue) -> JSONValue {
    guard case .number(let number) = value.kind, let start = value.location?.range.lowerBound,
      number.text.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "-") }),
      peek() == UInt8(ascii: ","), offset + 1 < bytes.count, isDigit(bytes[offset + 1])
    else { return value }
    while peek() == UInt8(ascii: ","), offset + 1 < bytes.count, isDigit(bytes[offset + 1]) {
      offset += 1
      skipWord()
    }
    let written = NumberWithCommas(text(start..<offset))
    report(
      "syntax", "a number has a decimal point, and no commas", start..<offset, help: written.help)
    // Behind anything but a zero the comma may stand between two numbers, too.
    guard number.value == 0, let pointed = written.decimal, let decimal = Double(pointed),
      decimal.isFinite
    else { return JSONValue(.invalid, at: location(start)) }
    return JSONValue(.number(JSONNumber(text: pointed, value: decimal)), at: location(start))
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// The grammar of RFC 8259, section 6.
  private static func isJSONNumber(_ word: [UInt8]) -> Bool {
    var rest = word[...]
    func isDigit(_ byte: UInt8?) -> Bool {
      byte.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }
    func takeDigits() -> Int {
      let digits = rest.prefix(while: isDigit)
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = takeDigits()
    guard whole > 0, !(startsWithZero && whole > 1) else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard takeDigits() > 0 else { return false }
    }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  // MARK: - Strings

  /// Reads a string from its opening quote; `nil` if it was reported as unreadable.
  private mutating func parseString() -> String? {
    let start = offset
    let quote = bytes[offset]
    offset += 1
    var scalars: [UInt8] = []
    var isValid = true
    while let byte = peek(), byte != quote {
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      if byte == UInt8(ascii: "\\") {
        isValid = parseEscape(into: &scalars) && isValid
        continue
      }
      if byte < 0x20 {
        report(
          "syntax", "control character \(hexadecimal(byte)) in a string", offset..<offset + 1,
          help: "write it as \\u00\(String(hexadecimal(byte).dropFirst(2)))")
        isValid = false
      }
      scalars.append(byte)
      offset += 1
    }
    guard peek() == quote else {
      report("unterminated-string", "this string has no closing quote", start..<offset)
      isTruncated = isTruncated || offset >= bytes.count
      returnPunctuation(since: start + 1)
      return nil
    }
    offset += 1
    if quote == UInt8(ascii: "'") { reportSingleQuotes(start..<offset) }
    return isValid ? String(decoding: scalars, as: UTF8.self) : nil
  }

  /// Whoever writes one string so writes all of them, and what is wrong is said once.
  private mutating func reportSingleQuotes(_ range: Range<Int>) {
    stringsInSingleQuotes += 1
    if stringsInSingleQuotes == 1 {
      firstInSingleQuotes = diagnostics.count
      report("syntax", "strings are written in double quotes", range)
    } else if diagnostics.indices.contains(firstInSingleQuotes) {
      diagnostics[firstInSingleQuotes].help =
        "\(stringsInSingleQuotes) strings are in single quotes"
    }
  }

  /// Reads a string in quotes of letters; `nil` if none stands here.
  private mutating func takeTypographicString() -> String? {
    guard offset < bytes.count,
      let (string, end) = TypographicQuotes.string(in: bytes, at: offset)
    else { return nil }
    let start = offset
    offset = end
    report(
      "syntax", "strings are written in straight quotes", start..<offset,
      help: "write \(JSONValue.string(string).compactText)")
    return string
  }

  /// Gives back what a string without its closing quote has swallowed: the colon behind a key, or the
  /// commas and brackets at the end of the line.
  private mutating func returnPunctuation(since start: Int) {
    offset = min(offset, bytes.count)
    guard start < offset else { return }
    if let colon = bytes[start..<offset].firstIndex(of: UInt8(ascii: ":")) {
      let key = bytes[start..<colon]
      if !key.isEmpty, key.allSatisfy({ isWordByte($0) }) {
        offset = colon
        return
      }
    }
    while offset > start, " ,]}\t".utf8.contains(bytes[offset - 1]) { offset -= 1 }
  }

  private mutating func parseEscape(into scalars: inout [UInt8]) -> Bool {
    let start = offset
    offset += 1
    guard let byte = peek() else { return false }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalars.append(byte)
    case UInt8(ascii: "b"): scalars.append(0x08)
    case UInt8(ascii: "f"): scalars.append(0x0C)
    case UInt8(ascii: "n"): scalars.append(0x0A)
    case UInt8(ascii: "r"): scalars.append(0x0D)
    case UInt8(ascii: "t"): scalars.append(0x09)
    case UInt8(ascii: "u"):
      guard let scalar = parseUnicodeEscape() else {
        report("syntax", "'\(text(start..<offset))' names no Unicode scalar", start..<offset)
        return false
      }
      scalars.append(contentsOf: Array(String(Character(scalar)).utf8))
    default:
      offset -= 1
      // A line break ends the string, as it does without the backslash.
      if byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { skipScalar() }
      report(
        "syntax", "'\(text(start..<offset))' is not an escape that JSON has", start..<offset,
        help: "a backslash itself is written \\\\")
      return false
    }
    return true
  }

  /// Four hexadecimal digits, or two such escapes that form a surrogate pair.
  private mutating func parseUnicodeEscape() -> UnicodeScalar? {
    guard let high = takeHexadecimal() else { return nil }
    guard (0xD800..<0xDC00).contains(high) else { return UnicodeScalar(high) }
    guard peek() == UInt8(ascii: "\\"), offset + 1 < bytes.count,
      bytes[offset + 1] == UInt8(ascii: "u")
    else { return nil }
    offset += 2
    guard let low = takeHexadecimal(), (0xDC00..<0xE000).contains(low) else { return nil }
    return UnicodeScalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
  }

  private mutating func takeHexadecimal() -> UInt32? {
    guard offset + 4 <= bytes.count else { return nil }
    let digits = bytes[offset..<offset + 4]
    guard digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
    offset += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  // MARK: - Bytes

  private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = peek() {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      case UInt8(ascii: "/"), UInt8(ascii: "#"): guard skipComment() else { return }
      default: return
      }
    }
  }

  private mutating func skipComment() -> Bool {
    let start = offset
    let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0
    if bytes[start] == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
      offset += 2
      while offset < bytes.count {
        if bytes[offset] == UInt8(ascii: "/"), bytes[offset - 1] == UInt8(ascii: "*"),
          offset > start + 2
        {
          offset += 1
          break
        }
        offset += 1
      }
    } else if bytes[start] == UInt8(ascii: "#") || next == UInt8(ascii: "/") {
      while let byte = peek(), byte != UInt8(ascii: "\n") { offset += 1 }
    } else {
      return false
    }
    report(
      "comment", "JSON has no comments", start..<offset,
      help: "remove it; what a key means is shown by 'hptrain explain'")
    return true
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "$"):
      true
    default: byte >= 0x80
    }
  }

  private mutating func skipWord() {
    while let byte = peek(), isWordByte(byte) { offset += 1 }
  }

  private mutating func skipScalar() {
    offset += 1
    while let byte = peek(), byte & 0xC0 == 0x80 { offset += 1 }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  private func location(_ start: Int) -> Location {
    Location(source, start..<max(start, offset))
  }

  private func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "0x" + (digits.count < 2 ? "0" : "") + digits
  }

  private static func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return min(offset, bytes.count - 1)
      }
    }
  }

  // MARK: - Reports

  private mutating func report(
    _ code: String, _ message: String, _ range: Range<Int>, help: String? = nil
  ) {
    reportAt(Location(source, range), code, message, help: help)
  }

  private mutating func reportAt(
    _ location: Location?, _ code: String, _ message: String, help: String? = nil
  ) {
    guard !hasGivenUp else { return }
    diagnostics.append(
      Diagnostic(.error, category, code: code, message, at: location?.place, help: help))
    if diagnostics.count >= Self.mostErrors { giveUp() }
  }

  /// Reports the innermost open bracket only: the outer ones are open for the same reason.
  private mutating func reportTruncation(_ message: String, openedAt opening: Int?) {
    defer { isTruncated = true }
    guard !isTruncated else { return }
    let start = opening ?? bytes.count
    report(
      "truncated", "the text ends too early: \(message)", start..<start + 1,
      help: opening == nil
        ? nil : "the text ends on line \(source.place(bytes.count..<bytes.count).line)")
  }

  private mutating func giveUp() {
    hasGivenUp = true
    isTruncated = true
    offset = bytes.count
  }
}
