/// A first line `sep=;`, which tells spreadsheets what divides the fields.
struct DelimiterLine {
  let delimiter: UInt8
  /// Where the next line starts.
  let end: Int

  private static let start = Array("sep=".utf8)
  /// Bytes that tell whether there is such a line: its name, the delimiter, and a line break of two bytes.
  static let longest = start.count + 3

  /// - Returns: `nil` if the line at that place is another one.
  init?(at offset: Int, of bytes: UnsafeRawBufferPointer) {
    let rest = bytes[offset...]
    let breakOffset = offset + Self.start.count + 1
    guard rest.starts(with: Self.start), breakOffset < bytes.count,
      let end = bytes.offset(afterLineBreakAt: breakOffset),
      CSVDialect(delimiter: bytes[breakOffset - 1]) != nil
    else { return nil }
    delimiter = bytes[breakOffset - 1]
    self.end = end
  }

  /// Whether more bytes may make such a line of these.
  static func mayStand(at offset: Int, of bytes: UnsafeRawBufferPointer) -> Bool {
    let rest = bytes[offset...].prefix(start.count)
    return bytes.count - offset < longest && start.starts(with: rest)
  }
}
