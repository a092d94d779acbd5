/// A CSV text that is in memory as a whole, or a piece of a longer one.
package struct CSVSource: Sendable {
  package let contents: FileBytes
  package let dialect: CSVDialect
  /// The number of the line with which it begins.
  private let firstLine: Int

  package init(_ contents: FileBytes, dialect: CSVDialect = .standard, firstLine: Int = 1) {
    self.firstLine = firstLine
    self.contents = contents
    self.dialect = dialect
  }

  /// The file as the user named it.
  package var name: String { contents.name }

  /// Works out where offsets are for people; valid as long as `contents` is.
  func locator() -> TextLocator {
    // The mark at the start is no part of the first line to those who look at it.
    locator(lineStart: contents.bytes.byteOrderMarkLength, line: firstLine)
  }

  /// The same for offsets from the start of a line on.
  func locator(lineStart: Int, line: Int) -> TextLocator {
    TextLocator(contents.bytes, file: name, firstLineStart: lineStart, firstLine: line)
  }

  /// The line that holds the byte at an offset.
  func line(at offset: Int) -> Int { firstLine + lineBreaks(0..<offset) }

  /// How many line breaks end within a range, at the start of which none ends.
  func lineBreaks(_ range: Range<Int>) -> Int {
    defer { extendLifetime(contents) }
    let bytes = UnsafeRawBufferPointer(rebasing: contents.bytes[..<range.upperBound])
    var count = 0
    var offset = range.lowerBound
    while offset < bytes.count {
      if let next = bytes.offset(afterLineBreakAt: offset) {
        count += 1
        offset = next
      } else {
        offset += 1
      }
    }
    return count
  }
}
