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

  /// - Parameter descriptor: is read from but not closed.
  package init(descriptor: Int32, name: String = "-", dialect: CSVDialect = .standard) {
    self.descriptor = FileDescriptor(borrowing: descriptor, name: name)
    self.name = name
    scanner = CSVRowScanner(dialect: dialect, file: name)
  }

  /// Waits for the next row, which stays valid until the next call.
  ///
  /// - Returns: false after the last row.
  /// - Throws: what `CSVRowScanner.nextRow` throws, and `cannot-read`.
  package mutating func next(into row: inout CSVRow) throws(Failure) -> Bool {
    while true {
      let outcome = try scanner.nextRow(
        in: storage.bytes, from: &offset, isFinal: isFinal, into: &row)
      switch outcome {
      case .row: return true
      case .end: return false
      case .needsMoreInput: try readMore()
      }
    }
  }

  private mutating func readMore() throws(Failure) {
    storage.removeFirst(offset)
    offset = 0
    try storage.reserve(additional: 1 << 16, for: name)
    let length = try descriptor.read(into: storage.unused)
    storage.didWrite(length)
    isFinal = length == 0
  }
}
