import Configuration

/// Reads the Unicode scalars of UTF-8.
struct ScalarReader {
  private let bytes: UnsafeRawBufferPointer
  private let name: String

  /// - Parameter name: of the text, for its findings.
  init(_ bytes: UnsafeRawBufferPointer, name: String) {
    self.bytes = bytes
    self.name = name
  }

  /// Calls `body` with each scalar and the offset of its first byte.
  ///
  /// - Throws: `invalid-utf-8` at the first byte that begins no scalar.
  @inline(__always)
  func forEach(_ body: (Unicode.Scalar, _ offset: Int) -> Void) throws(Failure) {
    // A byte order mark says how the text is written and is none of its characters.
    var offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte < 0x80 {
        body(Unicode.Scalar(byte), offset)
        offset += 1
        continue
      }
      var parser = Unicode.UTF8.ForwardParser()
      var near = bytes[offset..<min(offset + 4, bytes.count)].makeIterator()
      guard case .valid(let encoded) = parser.parseScalar(from: &near) else {
        throw Failure(
          Diagnostic(
            .error, .data, code: "invalid-utf-8", "this is not valid UTF-8",
            at: place(of: offset, length: 1),
            help: "convert it to UTF-8, as with: iconv -f LATIN1 -t UTF-8"))
      }
      body(Unicode.UTF8.decode(encoded), offset)
      offset += encoded.count
    }
  }

  func place(of offset: Int, length: Int) -> Place {
    var locator = TextLocator(bytes, file: name, firstLineStart: 0)
    return locator.place(at: offset, length: length)
  }
}
