import Configuration

/// Reads the rows of a CSV text that arrives through a file descriptor, each as soon as its line
/// break is there.
package struct CSVRowStream: ~Copyable {
  private let descriptor: FileDescriptor
  private let name: String
  private var scanner: CSVRowScanner
  private var storage = ByteStorage()
  private var offset = 0
  private var isFinal = false
  /// A text that is here as a whole, in place of a descriptor.
  private let contents: FileBytes?

  /// - Parameter descriptor: is read from but not closed.
  package init(descriptor: Int32, name: String = "-", dialect: CSVDialect = .standard) {
    self.descriptor = FileDescriptor(borrowing: descriptor, name: name)
    self.name = name
    scanner = CSVRowScanner(dialect: dialect, file: name)
    contents = nil
  }

  /// Reads the rows of a text that is here as a whole.
  package init(_ contents: FileBytes, dialect: CSVDialect = .standard) {
    descriptor = FileDescriptor(borrowing: -1, name: contents.name)
    name = contents.name
    scanner = CSVRowScanner(dialect: dialect, file: contents.name)
    isFinal = true
    self.contents = contents
  }

  /// Waits for the next row, which stays valid until the next call.
  ///
  /// - Parameter beforeWaiting: is called when no whole row has arrived, before more input is
  ///   waited for: the time to act on the rows so far.
  /// - Returns: false after the last row.
  /// - Throws: what `CSVRowScanner.nextRow` throws, and `cannot-read`.
  package mutating func next(
    into row: inout CSVRow, beforeWaiting: () throws -> Void = {}
  ) throws -> Bool {
    while true {
      let outcome = try scanner.nextRow(
        in: contents?.bytes ?? storage.bytes, from: &offset, isFinal: isFinal, into: &row)
      switch outcome {
      case .row: return true
      case .end: return false
      case .needsMoreInput:
        try beforeWaiting()
        try readMore()
      }
    }
  }

  private mutating func readMore() throws(Failure) {
    storage.removeFirst(offset)
    offset = 0
    try storage.reserve(additional: 1 << 18, for: name)
    let length = try descriptor.read(into: storage.unused)
    storage.didWrite(length)
    isFinal = length == 0
  }
}
