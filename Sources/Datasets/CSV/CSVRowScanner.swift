import Configuration

/// What a look for the next row found.
package enum CSVRowOutcome: Sendable {
  case row
  /// The bytes end within a row, and more may follow.
  case needsMoreInput
  /// All rows were found.
  case end
}

/// Splits a CSV text into rows (RFC 4180), whole or as it arrives.
///
/// Beyond the standard, blanks around fields are dropped, empty lines and a first line `sep=;` are skipped, a lone
/// CR ends a line, and a quote within a field that does not start with one is a character like others.
package struct CSVRowScanner {
  /// How long a row may get while its end has not arrived, in bytes.
  package static let longestUnfinishedRow = 16 << 20

  package private(set) var dialect: CSVDialect
  /// The name of the text in places.
  package let file: String
  /// The line at which the next row is looked for, counted from 1.
  package private(set) var line = 1
  /// Whether a line above the first row that names the delimiter is believed.
  private let followsDeclaration: Bool
  private var fieldScanner: CSVFieldScanner
  private var isAtStart = true
  private var unfinished = Unfinished()

  /// What is known about a row whose end has not arrived, so that it need not be scanned again
  /// for each piece that arrives.
  private struct Unfinished {
    /// How many bytes of the row were looked at; 0 if no row is unfinished.
    var length = 0
    /// Where in the row the quote stands that was not closed so far.
    var openQuote: Int?
  }

  /// - Parameters:
  ///   - line: where the text goes on, in a part of it; `nil` at its start.
  ///   - followsDeclaration: whether a line above the first row says what divides it.
  package init(
    dialect: CSVDialect = .standard, file: String, line: Int? = nil,
    followsDeclaration: Bool = false
  ) {
    self.followsDeclaration = followsDeclaration
    self.dialect = dialect
    self.file = file
    self.line = line ?? 1
    isAtStart = line == nil
    fieldScanner = CSVFieldScanner(dialect)
  }

  /// Reads the row that starts at `offset`, and moves `offset` to the start of the next one.
  ///
  /// After `.needsMoreInput`, call again with `offset` at the same byte and with more bytes behind
  /// it; the bytes may have moved in memory, and those before `offset` may be gone.
  ///
  /// - Parameter isFinal: whether `bytes` reach to the end of the text.
  /// - Throws: `unterminated-quote`, `text-after-quote`, `null-byte`, `utf-16`, `row-too-long`.
  package mutating func nextRow(
    in bytes: UnsafeRawBufferPointer, from offset: inout Int, isFinal: Bool,
    into row: inout CSVRow
  ) throws(Failure) -> CSVRowOutcome {
    if isAtStart {
      guard try skipPreamble(in: bytes, from: &offset, isFinal: isFinal) else {
        return .needsMoreInput
      }
      isAtStart = false
    }
    guard skipEmptyLines(in: bytes, from: &offset, isFinal: isFinal) else {
      return .needsMoreInput
    }
    guard offset < bytes.count else { return isFinal ? .end : .needsMoreInput }
    row.begin(in: bytes, at: offset, line: line, file: file, quote: dialect.quote)
    if !isFinal, cannotEndYet(in: bytes, from: offset) {
      return try wait(
        for: row, length: bytes.count - offset, openQuote: unfinished.openQuote)
    }
    return try scanRow(in: bytes, from: &offset, isFinal: isFinal, into: &row)
  }

  private mutating func scanRow(
    in bytes: UnsafeRawBufferPointer, from offset: inout Int, isFinal: Bool,
    into row: inout CSVRow
  ) throws(Failure) -> CSVRowOutcome {
    var position = offset
    var field = CSVField()
    var end = CSVFieldEnd.delimiter
    while end == .delimiter {
      do throws(CSVSyntaxError) {
        end = try fieldScanner.scanField(in: bytes, from: &position, into: &field)
      } catch {
        guard !isFinal, error.kind == .unterminatedQuote else { throw failure(error, in: row) }
        return try wait(
          for: row, length: bytes.count - offset, openQuote: error.offset - offset)
      }
      row.append(field)
    }
    // A CR at the very end may be the first half of CR LF.
    let isUncertain = position == bytes.count && bytes[position - 1] != ASCII.lineFeed
    if !isFinal, isUncertain {
      return try wait(for: row, length: bytes.count - offset, openQuote: nil)
    }
    line += lineBreaks(in: row, offset..<position)
    offset = position
    unfinished = Unfinished()
    return .row
  }

  /// - Returns: false if it takes more bytes to tell.
  private mutating func skipPreamble(
    in bytes: UnsafeRawBufferPointer, from offset: inout Int, isFinal: Bool
  ) throws(Failure) -> Bool {
    let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
    if rest.startsAsUTF16 {
      let place = Place(file: file, line: 1, column: 1)
      throw Failure(CSVSyntaxError(kind: .utf16, offset: offset).diagnostic(at: place))
    }
    let length = min(rest.count, UnsafeRawBufferPointer.byteOrderMark.count)
    let mayBecomeMark = rest.elementsEqual(UnsafeRawBufferPointer.byteOrderMark.prefix(length))
    let mayBecomeUTF16 = rest.count == 1 && rest[0] >= 0xFE
    if !isFinal, mayBecomeMark && length < 3 || mayBecomeUTF16 { return false }
    let start = rest.byteOrderMarkLength
    if !isFinal, DelimiterLine.mayStand(at: start, of: rest) { return false }
    let line = DelimiterLine(at: start, of: rest)
    if let line {
      self.line += 1
      if followsDeclaration,
        let declared = CSVDialect(delimiter: line.delimiter, quote: dialect.quote)
      {
        dialect = declared
        fieldScanner = CSVFieldScanner(declared)
      }
    }
    offset += line?.end ?? start
    return true
  }

  /// - Returns: false if it takes more bytes to tell.
  private mutating func skipEmptyLines(
    in bytes: UnsafeRawBufferPointer, from offset: inout Int, isFinal: Bool
  ) -> Bool {
    while offset < bytes.count, let next = bytes.offset(afterLineBreakAt: offset) {
      let isUncertain = next == bytes.count && bytes[next - 1] == ASCII.carriageReturn
      if !isFinal, isUncertain { return false }
      offset = next
      line += 1
    }
    return true
  }

  /// Whether the bytes that came since the last look lack what could end the row.
  private func cannotEndYet(in bytes: UnsafeRawBufferPointer, from offset: Int) -> Bool {
    guard unfinished.length > 0, bytes[offset + unfinished.length - 1] != ASCII.carriageReturn
    else { return false }
    let start = offset + unfinished.length
    if unfinished.openQuote != nil {
      return bytes.firstOffset(of: dialect.quote, from: start) == nil
    }
    return bytes.firstOffset(of: ASCII.lineFeed, from: start) == nil
      && bytes.firstOffset(of: ASCII.carriageReturn, from: start) == nil
  }

  /// Remembers what was seen of the unfinished row.
  ///
  /// - Parameters:
  ///   - length: how many bytes of the row there are so far.
  ///   - opening: where in the row the quote stands that was not closed so far.
  private mutating func wait(
    for row: CSVRow, length: Int, openQuote opening: Int?
  ) throws(Failure) -> CSVRowOutcome {
    unfinished = Unfinished(length: length, openQuote: opening)
    guard length > Self.longestUnfinishedRow else { return .needsMoreInput }
    throw failure(
      CSVSyntaxError(
        kind: opening == nil ? .rowTooLong : .unterminatedQuote,
        offset: row.start + (opening ?? 0)),
      in: row)
  }

  /// How many line breaks a complete row holds, its last one included.
  private func lineBreaks(in row: CSVRow, _ range: Range<Int>) -> Int {
    guard row.fields.contains(where: \.isQuoted) else { return 1 }
    let bytes = UnsafeRawBufferPointer(rebasing: row.bytes[range])
    var count = 0
    var position = 0
    while position < bytes.count {
      guard let next = bytes.offset(afterLineBreakAt: position) else {
        position += 1
        continue
      }
      count += 1
      position = next
    }
    return count
  }

  private func failure(_ error: CSVSyntaxError, in row: CSVRow) -> Failure {
    Failure(error.diagnostic(at: row.place(at: error.offset, length: 1)))
  }
}
