import Glibc

extension UnsafeRawBufferPointer {
  /// Where `byte` stands first at or after `start`.
  func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
    guard let base = baseAddress, start < count else { return nil }
    guard let found = memchr(base + start, Int32(byte), count - start) else { return nil }
    return UnsafeRawPointer(found) - base
  }

  /// Where the next line starts if `offset` is where a line break is: CR LF, LF or CR.
  func offset(afterLineBreakAt offset: Int) -> Int? {
    switch self[offset] {
    case ASCII.lineFeed:
      return offset + 1
    case ASCII.carriageReturn:
      let isPair = offset + 1 < count && self[offset + 1] == ASCII.lineFeed
      return offset + (isPair ? 2 : 1)
    default:
      return nil
    }
  }

  /// How long the UTF-8 byte order mark is that these bytes start with, if they do.
  var byteOrderMarkLength: Int {
    starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
  }

  /// What stands before the first row: a byte order mark, and a line that names the delimiter.
  var preambleLength: Int {
    let start = byteOrderMarkLength
    return DelimiterLine(at: start, of: self)?.end ?? start
  }

  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether these bytes start with the byte order mark of UTF-16.
  var startsAsUTF16: Bool {
    count >= 2 && (self[0] == 0xFF && self[1] == 0xFE || self[0] == 0xFE && self[1] == 0xFF)
  }
}
