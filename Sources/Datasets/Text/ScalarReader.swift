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
        throw Failure(fault(at: offset))
      }
      body(Unicode.UTF8.decode(encoded), offset)
      offset += encoded.count
    }
  }

  /// What to say of a byte that begins no scalar.
  private func fault(at offset: Int) -> Diagnostic {
    // The mark at the start of a text in UTF-16, of either order, is no UTF-8.
    let marks: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF]]
    let isUTF16 = marks.contains { bytes.starts(with: $0) }
    return Diagnostic(
      .error, .data, code: isUTF16 ? "utf-16" : "invalid-utf-8",
      isUTF16 ? "this is a text in UTF-16" : "this is not valid UTF-8",
      at: place(of: offset, length: 1),
      help: "convert it to UTF-8, as with: iconv -f \(isUTF16 ? "UTF-16" : "LATIN1") -t UTF-8")
  }

  func place(of offset: Int, length: Int) -> Place {
    var locator = TextLocator(bytes, file: name, firstLineStart: 0)
    return locator.place(at: offset, length: length)
  }
}
