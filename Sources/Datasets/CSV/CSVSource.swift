/// A CSV text that is in memory as a whole.
package struct CSVSource: Sendable {
  package let contents: FileBytes
  package let dialect: CSVDialect

  package init(_ contents: FileBytes, dialect: CSVDialect = .standard) {
    self.contents = contents
    self.dialect = dialect
  }

  /// The file as the user named it.
  package var name: String { contents.name }

  /// Works out where offsets are for people; valid as long as `contents` is.
  func locator() -> TextLocator {
    let bytes = contents.bytes
    // The mark at the start is no part of the first line to those who look at it.
    return TextLocator(bytes, file: name, firstLineStart: bytes.byteOrderMarkLength)
  }
}
