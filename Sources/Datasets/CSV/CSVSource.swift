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
    let bytes = contents.bytes
    // The mark at the start is no part of the first line to those who look at it.
    return TextLocator(
      bytes, file: name, firstLineStart: bytes.byteOrderMarkLength, firstLine: firstLine)
  }
}
