import Configuration

/// Words the findings of a pass over a table.
struct CSVTableReport {
  let source: CSVSource
  let header: CSVHeader
  let maximumRows: Int

  /// More different texts than this are no way to write that a value is missing.
  private static let mostMissingTokens = 3

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
    let isOfNumbers = numbers > fields / 2
    let more = tally.others.count - 1
    let shown = text.isEmpty ? "an empty field" : "'\(text)'"
    let others = more > 0 ? " (and \(CSVHeader.counted(more, "more field")))" : ""
    let all = CSVHeader.counted(fields, "field")
    let holds =
      isOfNumbers
      ? "holds numbers (\(Spelling.grouped(numbers)) of \(all))"
      : "has \(CSVHeader.counted(numbers, "number")) in \(all)"
    var diagnostic = Diagnostic(
      .error, .data, code: code, "\(shown) is not \(wanted)\(others); column '\(name)' \(holds)",
      at: place)
    if !isOfNumbers { diagnostic.columns = [name] }
    diagnostic.help = advice(on: text, in: name, Set(tally.others.first.map { self.text(of: $0) }))
    return diagnostic
  }

  /// - Parameter texts: those that are no numbers, of the first such fields.
  private func advice(on text: String, in column: String, _ texts: Set<String>) -> String {
    if text.isEmpty {
      return "if an empty field marks a missing value, add '' to data.missing.tokens"
    }
    if let guess = NotationGuess([text], delimiter: source.dialect.delimiter) {
      return "numbers with \(guess.name) are read with \(guess.setting) in data"
    }
    let setting = JSONValue.object([JSONMember(column, .string("category"))]).compactText
    let category = "if the column is a category, write \"columns\": \(setting) in data"
    guard texts.count <= Self.mostMissingTokens else { return category }
    let names = Spelling.list(texts.filter { !$0.isEmpty }.sorted().map { "'\($0)'" }, "and")
    return "if \(names) "
      + (texts.count == 1 ? "marks a missing value, add it" : "mark missing values, add them")
      + " to data.missing.tokens; \(category)"
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
