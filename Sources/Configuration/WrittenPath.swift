/// A path as someone wrote it, `model.layers[0].units`, with where each step stands in its text. A key that holds a
/// character of its own is written as an index is, in quotes: `data.columns["unit.price"].type`.
struct WrittenPath {
  let path: ConfigPath
  /// One a step.
  let ranges: [Range<Int>]

  /// Parses the first `end` bytes of a text.
  ///
  /// - Parameters:
  ///   - code, help: of the finding where they are no path.
  /// - Throws: `Failure` of the category `usage`.
  static func parse(
    _ source: SourceText, upTo end: Int, code: String, help: String
  ) throws -> WrittenPath {
    let bytes = source.bytes
    func fail(_ message: String, _ range: Range<Int>) -> Failure {
      Failure(
        Diagnostic(.error, .usage, code: code, message, at: source.place(range), help: help))
    }
    var steps: [ConfigPath.Step] = []
    var ranges: [Range<Int>] = []
    var start = 0
    var offset = 0
    func append(_ range: Range<Int>, isIndex: Bool) throws {
      let word = String(decoding: bytes[range], as: UTF8.self)
      guard isIndex else {
        guard !word.isEmpty else { throw fail("a key is missing in the path", range) }
        steps.append(.key(word))
        return ranges.append(range)
      }
      guard let index = Int(word), index >= 0 else {
        throw fail("'\(word)' is not an index", range)
      }
      steps.append(.index(index))
      ranges.append(range)
    }
    func appendQuoted(_ range: Range<Int>) throws {
      let parsed = JSONParser.parse(SourceText(name: source.name, bytes: Array(bytes[range])))
      guard parsed.diagnostics.isEmpty, let key = parsed.value.string else {
        throw fail("this is no JSON string", range)
      }
      steps.append(.key(key))
      ranges.append(range)
    }
    while offset <= end {
      let byte = offset < end ? bytes[offset] : UInt8(ascii: ".")
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: "["):
        // The ']' of an index was passed, so what follows at once is no key.
        let opensKey = byte == UInt8(ascii: "[") && Self.isQuote(bytes, at: offset + 1, end)
        let followsIndex = start > 0 && bytes[start - 1] == UInt8(ascii: "]")
        if followsIndex, start < offset {
          throw fail("a '.' is missing before this key", start..<offset)
        }
        // A path may begin with a key in quotes.
        let isBeginning = opensKey && offset == 0
        if !followsIndex, !isBeginning { try append(start..<offset, isIndex: false) }
        if opensKey {
          guard let close = Self.closingQuote(bytes, from: offset + 2, end),
            close + 1 < end, bytes[close + 1] == UInt8(ascii: "]")
          else {
            throw fail("this '[' is never closed", offset..<end)
          }
          try appendQuoted(offset + 1..<close + 1)
          offset = close + 1
        } else if byte == UInt8(ascii: "[") {
          guard let close = bytes[offset..<end].firstIndex(of: UInt8(ascii: "]")) else {
            throw fail("this '[' is never closed", offset..<end)
          }
          try append(offset + 1..<close, isIndex: true)
          offset = close
        }
        start = offset + 1
      default: break
      }
      offset += 1
    }
    guard steps.count <= JSONParser.deepest else {
      throw fail("the path is more than \(JSONParser.deepest) steps deep", 0..<end)
    }
    return WrittenPath(path: ConfigPath(steps: steps), ranges: ranges)
  }

  // MARK: - Keys in quotes

  /// What errors say of keys that are no words.
  static let helpOfQuotes = #"a key with a dot in it is written data.columns["unit.price"]"#

  /// What errors say where such a key was written without quotes.
  static func help(quoting path: ConfigPath) -> String {
    "a name with a dot in it is written '\(path)'"
  }

  /// Whether a key could be taken for something else where it stands without quotes.
  static func needsQuotes(_ key: String) -> Bool {
    key.isEmpty || key.unicodeScalars.contains { ".[]=\"".unicodeScalars.contains($0) }
  }

  /// Where the first '=' stands that no key in quotes holds.
  static func equals(in bytes: [UInt8]) -> Int? {
    var offset = 0
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "=") {
      if bytes[offset] == UInt8(ascii: "["), isQuote(bytes, at: offset + 1, bytes.count),
        let close = closingQuote(bytes, from: offset + 2, bytes.count)
      {
        offset = close
      }
      offset += 1
    }
    return offset < bytes.count ? offset : nil
  }

  private static func isQuote(_ bytes: [UInt8], at offset: Int, _ end: Int) -> Bool {
    offset < end && bytes[offset] == UInt8(ascii: "\"")
  }

  /// The next quote that no backslash stands before.
  private static func closingQuote(_ bytes: [UInt8], from start: Int, _ end: Int) -> Int? {
    var offset = start
    while offset < end, bytes[offset] != UInt8(ascii: "\"") {
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    return offset < end ? offset : nil
  }
}

extension ConfigPath {
  /// Parses a path that stands for itself on the command line.
  ///
  /// - Parameter name: what to call the text in findings.
  /// - Throws: `Failure` of the category `usage`.
  package static func parse(_ text: String, name: String) throws -> ConfigPath {
    let source = SourceText(name: name, text)
    return try WrittenPath.parse(
      source, upTo: source.bytes.count, code: "path",
      help:
        "write a path as in training.optimizer.learning_rate or model.layers[0].units; \(WrittenPath.helpOfQuotes)"
    ).path
  }
}
