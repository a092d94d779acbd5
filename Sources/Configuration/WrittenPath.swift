/// A path as someone wrote it, `model.layers[0].units`, with where each step stands in its text.
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
    while offset <= end {
      let byte = offset < end ? bytes[offset] : UInt8(ascii: ".")
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: "["):
        // The ']' of an index was passed, so what follows at once is no key.
        let followsIndex = start > 0 && bytes[start - 1] == UInt8(ascii: "]")
        if followsIndex, start < offset {
          throw fail("a '.' is missing before this key", start..<offset)
        }
        if !followsIndex { try append(start..<offset, isIndex: false) }
        if byte == UInt8(ascii: "[") {
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
      help: "write a path as in training.optimizer.learning_rate or model.layers[0].units"
    ).path
  }
}
