import Configuration

/// Reads what `json.dumps` may have written; a lone surrogate, which no Swift text can hold, becomes U+FFFD.
struct PythonJSONReader {
  /// Bounds the recursion.
  static let deepest = 200

  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The value that is the whole text.
  mutating func read() -> JSONValue? {
    guard let value = readValue() else { return nil }
    skipSpace()
    return offset == bytes.count ? value : nil
  }

  private mutating func readValue() -> JSONValue? {
    skipSpace()
    guard offset < bytes.count else { return nil }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return readObject()
    case UInt8(ascii: "["): return readArray()
    case UInt8(ascii: "\""): return readString().map { .string($0) }
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    case UInt8(ascii: "t"): return take("true") ? .boolean(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .boolean(false) : nil
    case UInt8(ascii: "N"): return take("NaN") ? .number(.nan) : nil
    case UInt8(ascii: "I"): return take("Infinity") ? .number(.infinity) : nil
    default: return take("-Infinity") ? .number(-.infinity) : readNumber()
    }
  }

  private mutating func readObject() -> JSONValue? {
    guard enter() else { return nil }
    var members: [JSONMember] = []
    if !leave(by: "}") {
      repeat {
        skipSpace()
        guard let key = readString(), skipped(":"), let value = readValue() else { return nil }
        members.append(JSONMember(key, value))
      } while skipped(",")
      guard leave(by: "}") else { return nil }
    }
    return .object(members)
  }

  private mutating func readArray() -> JSONValue? {
    guard enter() else { return nil }
    var items: [JSONValue] = []
    if !leave(by: "]") {
      repeat {
        guard let value = readValue() else { return nil }
        items.append(value)
      } while skipped(",")
      guard leave(by: "]") else { return nil }
    }
    return .array(items)
  }

  private mutating func enter() -> Bool {
    offset += 1
    depth += 1
    return depth <= Self.deepest
  }

  private mutating func leave(by bracket: Unicode.Scalar) -> Bool {
    guard skipped(bracket) else { return false }
    depth -= 1
    return true
  }

  private mutating func readNumber() -> JSONValue? {
    let start = offset
    while offset < bytes.count, "+-.0123456789eE".utf8.contains(bytes[offset]) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard text.first != "+", let value = Double(text) else { return nil }
    return JSONValue(.number(JSONNumber(text: text, value: value)))
  }

  private mutating func readString() -> String? {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return nil }
    offset += 1
    var units: [UInt16] = []
    while offset < bytes.count {
      let run = offset
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "\""),
        bytes[offset] != UInt8(ascii: "\\")
      {
        offset += 1
      }
      if run < offset { units += String(decoding: bytes[run..<offset], as: UTF8.self).utf16 }
      guard offset < bytes.count else { return nil }
      offset += 1
      if bytes[offset - 1] == UInt8(ascii: "\"") { return String(decoding: units, as: UTF16.self) }
      guard let unit = readEscape() else { return nil }
      units.append(unit)
    }
    return nil
  }

  private mutating func readEscape() -> UInt16? {
    guard offset < bytes.count else { return nil }
    offset += 1
    switch bytes[offset - 1] {
    case UInt8(ascii: "\""): return 0x22
    case UInt8(ascii: "\\"): return 0x5C
    case UInt8(ascii: "/"): return 0x2F
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"):
      guard offset + 4 <= bytes.count else { return nil }
      defer { offset += 4 }
      let digits = bytes[offset..<offset + 4]
      guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
      return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    default: return nil
    }
  }

  private mutating func take(_ word: String) -> Bool {
    guard bytes[offset...].starts(with: word.utf8) else { return false }
    offset += word.utf8.count
    return true
  }

  private mutating func skipped(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: mark) else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while offset < bytes.count, " \t\r\n".utf8.contains(bytes[offset]) { offset += 1 }
  }
}
