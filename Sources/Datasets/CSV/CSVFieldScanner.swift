/// Where the contents of one field lie, without the blanks and the quotes around them.
package struct CSVField: Sendable {
  /// Counted in bytes from the start of what was scanned.
  package var offset = 0
  /// Counted in bytes.
  package var length = 0
  package var isQuoted = false
  /// Whether each quote in the field stands there twice.
  package var hasDoubledQuotes = false
}

/// What ends a field.
enum CSVFieldEnd {
  case delimiter
  case lineBreak
  /// There are no more bytes, which need not mean that the field is complete.
  case endOfInput
}

/// Finds the end of one field: the whole grammar of CSV but for the rows.
struct CSVFieldScanner {
  let delimiter: UInt8
  let quote: UInt8

  init(_ dialect: CSVDialect) {
    delimiter = dialect.delimiter
    quote = dialect.quote
  }

  /// Whether `byte` is dropped before and after a field.
  @inline(__always)
  func isBlank(_ byte: UInt8) -> Bool {
    (byte == ASCII.space || byte == ASCII.tab) && byte != delimiter
  }

  /// Reads the field that starts at `offset`, and moves `offset` past what ends the field.
  ///
  /// CR LF, LF and a lone CR are line breaks.
  func scanField(
    in bytes: UnsafeRawBufferPointer, from offset: inout Int, into field: inout CSVField
  ) throws(CSVSyntaxError) -> CSVFieldEnd {
    var position = skippingBlanks(in: bytes, from: offset)
    if position < bytes.count, bytes[position] == quote {
      return try scanQuoted(in: bytes, opening: position, offset: &offset, into: &field)
    }
    let start = position
    position = endOfPlainField(in: bytes, from: start)
    var end = position
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    field = CSVField(offset: start, length: end - start)
    return try finish(in: bytes, at: position, offset: &offset)
  }

  private func scanQuoted(
    in bytes: UnsafeRawBufferPointer, opening: Int, offset: inout Int, into field: inout CSVField
  ) throws(CSVSyntaxError) -> CSVFieldEnd {
    let start = opening + 1
    var position = start
    var hasDoubledQuotes = false
    while true {
      let closing = bytes.firstOffset(of: quote, from: position)
      let contents = UnsafeRawBufferPointer(rebasing: bytes[position..<(closing ?? bytes.count)])
      if let null = contents.firstOffset(of: ASCII.null) {
        throw CSVSyntaxError(kind: .nullByte, offset: position + null)
      }
      guard let closing else { throw CSVSyntaxError(kind: .unterminatedQuote, offset: opening) }
      position = closing + 1
      guard position < bytes.count, bytes[position] == quote else { break }
      hasDoubledQuotes = true
      position += 1
    }
    field = CSVField(
      offset: start, length: position - 1 - start, isQuoted: true,
      hasDoubledQuotes: hasDoubledQuotes)
    return try finish(
      in: bytes, at: skippingBlanks(in: bytes, from: position), offset: &offset)
  }

  private func finish(
    in bytes: UnsafeRawBufferPointer, at position: Int, offset: inout Int
  ) throws(CSVSyntaxError) -> CSVFieldEnd {
    guard position < bytes.count else {
      offset = position
      return .endOfInput
    }
    let byte = bytes[position]
    if byte == delimiter {
      offset = position + 1
      return .delimiter
    }
    guard let afterBreak = bytes.offset(afterLineBreakAt: position) else {
      let kind: CSVSyntaxError.Kind = byte == ASCII.null ? .nullByte : .textAfterQuote
      throw CSVSyntaxError(kind: kind, offset: position)
    }
    offset = afterBreak
    return .lineBreak
  }

  /// Where a field without quotes ends, eight bytes at a time.
  @inline(__always)
  private func endOfPlainField(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops = ones << 7
    var position = start
    while position + 8 <= bytes.count {
      let word = UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      // The top bit of each byte that is the delimiter or below 14; the first is right, later ones may follow
      // from a borrow.
      let difference = word ^ ones &* UInt64(delimiter)
      let delimiters = (difference &- ones) & ~difference & tops
      let controls = (word &- ones &* 14) & ~word & tops
      let found = delimiters | controls
      guard found != 0 else {
        position += 8
        continue
      }
      position += found.trailingZeroBitCount >> 3
      // A tab, say, ends nothing.
      if endsPlainField(bytes[position]) { return position }
      position += 1
    }
    while position < bytes.count, !endsPlainField(bytes[position]) { position += 1 }
    return position
  }

  @inline(__always)
  private func endsPlainField(_ byte: UInt8) -> Bool {
    if byte == delimiter { return true }
    guard byte <= ASCII.carriageReturn else { return false }
    return byte == ASCII.lineFeed || byte == ASCII.carriageReturn || byte == ASCII.null
  }

  @inline(__always)
  private func skippingBlanks(in bytes: UnsafeRawBufferPointer, from offset: Int) -> Int {
    var position = offset
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    return position
  }
}
