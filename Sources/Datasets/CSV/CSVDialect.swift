/// Which bytes tell the fields of a CSV text apart.
package struct CSVDialect: Sendable, Equatable {
  /// Stands between two fields of a row.
  package let delimiter: UInt8
  /// Stands before and after a field that holds delimiters, line breaks or quotes.
  package let quote: UInt8

  /// Commas and double quotes, as in RFC 4180.
  package static let standard = CSVDialect(checkedDelimiter: ASCII.comma, quote: ASCII.quote)

  /// - Returns: nil if the two cannot work: if they are the same, or one of them is not ASCII, is
  ///   part of a number, ends a line, or, for the quote, is a blank.
  package init?(delimiter: UInt8, quote: UInt8 = UInt8(ascii: "\"")) {
    let isBlankQuote = quote == ASCII.space || quote == ASCII.tab
    guard delimiter != quote, !isBlankQuote else { return nil }
    guard Self.canSeparate(delimiter), Self.canSeparate(quote) else { return nil }
    self.init(checkedDelimiter: delimiter, quote: quote)
  }

  private init(checkedDelimiter delimiter: UInt8, quote: UInt8) {
    self.delimiter = delimiter
    self.quote = quote
  }

  private static func canSeparate(_ byte: UInt8) -> Bool {
    switch byte {
    case ASCII.null, ASCII.lineFeed, ASCII.carriageReturn: false
    case ASCII.plus, ASCII.minus, ASCII.dot: false
    default: byte < 0x80 && !ASCII.isAlphanumeric(byte)
    }
  }
}
