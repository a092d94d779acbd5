import Configuration

/// Turns the bytes of a field into text, and text into a field.
package enum CSVText {
  /// A field as it is written between commas: in quotes where it would not read back as one.
  package static func quoted(_ field: String) -> String {
    let isPlain = field.utf8.allSatisfy {
      $0 != ASCII.comma && $0 != ASCII.quote && $0 != ASCII.lineFeed && $0 != ASCII.carriageReturn
    }
    let isTrimmed = field.utf8.first != ASCII.space && field.utf8.last != ASCII.space
    return isPlain && isTrimmed ? field : "\"\(field.replacing("\"", with: "\"\""))\""
  }

  /// - Returns: nil if the bytes are not UTF-8.
  static func string(
    _ bytes: UnsafeRawBufferPointer, field: CSVField, quote: UInt8
  ) -> String? {
    guard field.hasDoubledQuotes else { return String(validating: bytes, as: UTF8.self) }
    var unescaped: [UInt8] = []
    unescape(bytes, quote: quote, into: &unescaped)
    return String(validating: unescaped, as: UTF8.self)
  }

  /// Replaces `output` with `bytes`, of each two quotes only one.
  static func unescape(
    _ bytes: UnsafeRawBufferPointer, quote: UInt8, into output: inout [UInt8]
  ) {
    output.removeAll(keepingCapacity: true)
    var isSecond = false
    for byte in bytes {
      isSecond = byte == quote && !isSecond
      if byte != quote || isSecond { output.append(byte) }
    }
  }

  static func invalid(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "invalid-utf-8", "this field is not valid UTF-8", at: place,
      help: "convert the file to UTF-8, as with: iconv -f LATIN1 -t UTF-8")
  }
}
