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
  /// What divides the fields is looked for once the first row is there, which names these columns among others.
  private var expectedColumns: [String]?
  /// Of the first row, how much was searched for its end because its quotes stand where another delimiter puts them.
  private var searchedForLine = 0
  /// Nothing has been looked at yet.
  private var isAtStart = true
  /// A text that is here as a whole, in place of a descriptor.
  private var contents: FileBytes?
  /// Where a text ends that is here as a whole; its own end by default.
  private var end: Int?

  /// - Parameters:
  ///   - descriptor: is read from but not closed.
  ///   - dialect: of most texts that come.
  ///   - columns: what a text names that comes with another delimiter; `nil` if none may.
  package init(
    descriptor: Int32, name: String = "-", dialect: CSVDialect = .standard,
    expectingColumns columns: [String]? = nil
  ) {
    expectedColumns = columns
    self.descriptor = FileDescriptor(borrowing: descriptor, name: name)
    self.name = name
    scanner = CSVRowScanner(dialect: dialect, file: name, followsDeclaration: columns != nil)
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

  /// Reads the rows of a part of a text that is here as a whole.
  ///
  /// - Parameters:
  ///   - range: from the start of a row to the end of one.
  ///   - line: the line in which it begins.
  package init(_ contents: FileBytes, dialect: CSVDialect, range: Range<Int>, line: Int) {
    self.init(contents, dialect: dialect)
    scanner = CSVRowScanner(dialect: dialect, file: contents.name, line: line)
    offset = range.lowerBound
    end = range.upperBound
  }

  /// What was not read yet of a text that is here as a whole.
  package var rest: (contents: FileBytes, offset: Int)? { contents.map { ($0, offset) } }

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
      let outcome: CSVRowOutcome
      do {
        outcome = try scanner.nextRow(
          in: wholeBytes ?? storage.bytes, from: &offset, isFinal: isFinal, into: &row)
      } catch {
        guard expectedColumns != nil, CSVSyntaxError.isOfQuotes(error) else { throw error }
        if try hasWholeLine(error) {
          guard adoptDelimiter(from: offset, line: scanner.line) else { throw error }
        } else {
          try beforeWaiting()
          try readMore()
        }
        continue
      }
      switch outcome {
      case .row:
        guard adoptDelimiter(from: row.start, line: row.line) else { return true }
      case .end: return false
      case .needsMoreInput:
        try beforeWaiting()
        try readMore()
      }
    }
  }

  /// Whether the line at which a row is looked for has arrived.
  ///
  /// - Throws: the error for which it is looked at, if no line is that long.
  private mutating func hasWholeLine(_ error: any Error) throws -> Bool {
    let bytes = wholeBytes ?? storage.bytes
    let start = offset + searchedForLine
    searchedForLine = bytes.count - offset
    let ends = [ASCII.lineFeed, ASCII.carriageReturn]
    if isFinal || ends.contains(where: { bytes.firstOffset(of: $0, from: start) != nil }) {
      return true
    }
    if searchedForLine > CSVRowScanner.longestUnfinishedRow { throw error }
    return false
  }

  /// Looks at the first row for what divides it.
  ///
  /// - Parameters:
  ///   - start: where it begins.
  ///   - line: its number.
  /// - Returns: whether it is to be read anew.
  private mutating func adoptDelimiter(from start: Int, line: Int) -> Bool {
    guard let columns = expectedColumns else { return false }
    expectedColumns = nil
    let first = UnsafeRawBufferPointer(rebasing: (wholeBytes ?? storage.bytes)[start...])
    let found = CSVDelimiter.recognized(
      in: first, of: name, learned: scanner.dialect.delimiter, columns: columns)
    guard found != scanner.dialect.delimiter,
      let dialect = CSVDialect(delimiter: found, quote: scanner.dialect.quote)
    else { return false }
    scanner = CSVRowScanner(dialect: dialect, file: name, line: line)
    offset = start
    return true
  }

  private var wholeBytes: UnsafeRawBufferPointer? {
    guard let contents else { return nil }
    return end.map { UnsafeRawBufferPointer(rebasing: contents.bytes[..<$0]) } ?? contents.bytes
  }

  private mutating func readMore() throws {
    storage.removeFirst(offset)
    offset = 0
    try storage.reserve(additional: 1 << 18, for: name)
    let length = try descriptor.read(into: storage.unused)
    storage.didWrite(length)
    isFinal = length == 0
    guard isAtStart, length > 0 else { return }
    isAtStart = storage.bytes.count < 2
    if Gzip.hasMagic(storage.bytes) { try inflate() }
  }

  /// Takes a text that arrives in gzip as a whole: the end of it is what proves that it is sound.
  private mutating func inflate() throws {
    let rest = try descriptor.readToEnd()
    let whole = Array(storage.bytes) + Array(rest.bytes)
    contents = try FileBytes(name: name, copying: whole, compression: .inflate)
    offset = 0
    isFinal = true
  }
}
