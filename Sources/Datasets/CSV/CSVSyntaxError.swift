import Configuration

/// What a text may do to not be CSV at all.
struct CSVSyntaxError: Error {
  enum Kind {
    case unterminatedQuote
    case textAfterQuote
    case nullByte
    case utf16
    case rowTooLong
  }

  let kind: Kind
  /// Where it starts, counted in bytes from the start of what was scanned.
  let offset: Int

  /// Names the error in the words of users, at a place that the caller works out from `offset`.
  func diagnostic(at place: Place) -> Diagnostic {
    switch kind {
    case .unterminatedQuote:
      Diagnostic(
        .error, .data, code: "unterminated-quote", "this quote is never closed", at: place,
        help: "close it, or double each quote that is part of a quoted field")
    case .textAfterQuote:
      Diagnostic(
        .error, .data, code: "text-after-quote",
        "there is text between the closing quote and the end of the field", at: place,
        help: "quote the whole field, and double each quote that is part of it")
    case .nullByte:
      Diagnostic(
        .error, .data, code: "null-byte",
        "there is a NUL byte here, so this is a binary file or a text in UTF-16",
        at: place.withoutExcerpt, help: "data files are CSV texts in UTF-8")
    case .utf16:
      Diagnostic(
        .error, .data, code: "utf-16", "this text is in UTF-16", at: place.withoutExcerpt,
        help: "convert it to UTF-8, as with: iconv -f UTF-16 -t UTF-8")
    case .rowTooLong:
      Diagnostic(
        .error, .data, code: "row-too-long",
        "this row has no end within \(CSVRowScanner.longestUnfinishedRow >> 20) MiB",
        at: place.withoutExcerpt, help: "end each row with a line break")
    }
  }

  /// Whether a finding is one of quotes at a wrong place, as where another byte divides the fields.
  static func isOfQuotes(_ error: any Error) -> Bool {
    (error as? Failure)?.diagnostics.first.map {
      ["unterminated-quote", "text-after-quote"].contains($0.code)
    } ?? false
  }
}

extension Place {
  fileprivate var withoutExcerpt: Place {
    Place(file: file, line: line, column: column)
  }
}
