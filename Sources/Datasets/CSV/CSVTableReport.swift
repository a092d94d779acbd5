import Configuration

/// Words the findings of a pass over a table.
struct CSVTableReport {
  let source: CSVSource
  let header: CSVHeader
  let maximumRows: Int

  /// One diagnostic for each of the first findings, in the order of the text, and one for the rest.
  func diagnostics(
    for findings: CSVFindings, tallies: [CSVColumnPass.Tally], rows: Int
  ) -> [Diagnostic] {
    defer { extendLifetime(source.contents) }
    var locator = source.locator()
    var diagnostics = findings.first.map { finding in
      let place = locator.place(at: finding.offset, length: finding.length)
      return diagnostic(for: finding, at: place, tallies: tallies, rows: rows)
    }
    let rest = findings.count - findings.first.count
    if rest > 0 {
      diagnostics.append(
        Diagnostic(
          .error, .data, code: "more-errors",
          "\(Spelling.file(source.name)) has \(CSVHeader.counted(rest, "more error")) of these kinds"
        ))
    }
    return diagnostics
  }

  var noRows: Diagnostic {
    let file = source.name
    guard header.mode == .present else {
      return Diagnostic(.error, .data, code: "no-rows", "\(Spelling.file(file)) has no rows")
    }
    return Diagnostic(
      .error, .data, code: "no-rows", "\(Spelling.file(file)) has a header but no rows",
      help: "if its first row is data, say that there is no header")
  }

  func tooManyRows(at offset: Int) -> Diagnostic {
    defer { extendLifetime(source.contents) }
    var locator = source.locator()
    return Diagnostic(
      .error, .data, code: "too-many-rows", "a table may have \(maximumRows) rows at most",
      at: locator.place(at: offset, length: 1))
  }

  private func diagnostic(
    for finding: CSVFinding, at place: Place, tallies: [CSVColumnPass.Tally], rows: Int
  ) -> Diagnostic {
    switch finding.kind {
    case .notANumber(let column):
      return wrongNumber(
        finding, code: "not-a-number", "a number", column: column, tally: tallies[column],
        rows: rows, at: place)
    case .notFinite(let column):
      return wrongNumber(
        finding, code: "not-finite", "a finite number", column: column, tally: tallies[column],
        rows: rows, at: place)
    case .invalidUTF8:
      return CSVText.invalid(at: place)
    case .raggedRow(let count):
      return raggedRow(count, at: place)
    }
  }

  private func wrongNumber(
    _ finding: CSVFinding, code: String, _ wanted: String, column: Int,
    tally: CSVColumnPass.Tally, rows: Int, at place: Place
  ) -> Diagnostic {
    let text = text(of: finding)
    let name = header.names[column]
    // Rows of the wrong length are counted in the tally but not among the rows.
    let fields = max(rows - tally.missing - tally.missingInNumbers, tally.others.count)
    let numbers = fields - tally.others.count
    let holds =
      "column '\(name)' holds numbers (\(Spelling.grouped(numbers)) of \(CSVHeader.counted(fields, "field")))"
    guard !text.isEmpty else {
      return Diagnostic(
        .error, .data, code: code, "an empty field is not \(wanted); \(holds)", at: place,
        help: "if an empty field marks a missing value, add '' to data.missing.tokens")
    }
    if let guess = NotationGuess([text], delimiter: source.dialect.delimiter) {
      return Diagnostic(
        .error, .data, code: code, "'\(text)' is not \(wanted); \(holds)", at: place,
        help: "numbers with \(guess.name) are read with \(guess.setting) in data")
    }
    return Diagnostic(
      .error, .data, code: code, "'\(text)' is not \(wanted); \(holds)", at: place,
      help: "if '\(text)' marks a missing value, add it to data.missing.tokens; "
        + "if the column is a category, say so: \(ConfigPath.settings(ofColumn: name)).type")
  }

  private func raggedRow(_ count: Int, at place: Place) -> Diagnostic {
    let expected = header.names.count
    let reference =
      switch header.mode {
      case .present: "the header has \(expected)"
      case .absent: "the first row has \(expected)"
      case .names: "\(expected) \(expected == 1 ? "is" : "are") named"
      }
    return Diagnostic(
      .error, .data, code: "ragged-row",
      "this row has \(CSVHeader.counted(count, "field")), \(reference)", at: place,
      help: count > expected
        ? "quote fields that hold the delimiter" : "leave missing values empty between delimiters")
  }

  /// The text of a field, cut to what fits in a message.
  private func text(of finding: CSVFinding) -> String {
    let longest = 40
    let end = finding.offset + finding.length
    // No scalar takes more than four bytes.
    let near = source.contents.bytes[finding.offset..<min(end, finding.offset + 4 * longest + 4)]
    let scalars = String(decoding: near, as: UTF8.self).unicodeScalars
    guard scalars.count > longest else { return String(scalars) }
    return String(String.UnicodeScalarView(scalars.prefix(longest))) + "…"
  }
}
