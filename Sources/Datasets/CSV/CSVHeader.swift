import Configuration

/// Where the names of columns come from.
package enum CSVHeaderMode: Sendable, Equatable {
  /// The first row names the columns.
  case present
  /// All rows are data, and the columns are named `c0`, `c1` and so on.
  case absent
  /// All rows are data, and the columns have these names.
  case names([String])
}

/// The names of the columns of a CSV text, and where its rows start.
package struct CSVHeader: Sendable {
  package let mode: CSVHeaderMode
  package let names: [String]
  /// The columns that the first row names by nothing; they are named `c0`, `c1` and so on by their place.
  package let unnamed: Set<Int>
  /// Where the rows start, counted in bytes from the start of the text.
  let rowsOffset: Int

  /// Reads the first row of a text.
  ///
  /// - Throws: `empty-file`, `empty-column-name`, `duplicate-column`, `column-count`,
  ///   `invalid-utf-8`, and what `CSVRowScanner.nextRow` throws.
  package init(of source: CSVSource, mode: CSVHeaderMode) throws(Failure) {
    defer { extendLifetime(source.contents) }
    var scanner = CSVRowScanner(dialect: source.dialect, file: source.name)
    let bytes = source.contents.bytes
    var row = CSVRow()
    var offset = 0
    let outcome = try scanner.nextRow(in: bytes, from: &offset, isFinal: true, into: &row)
    guard outcome == .row else {
      throw Failure(
        Diagnostic(.error, .data, code: "empty-file", "\(Spelling.file(source.name)) holds no rows")
      )
    }
    self.mode = mode
    names = try Self.names(for: mode, firstRow: row)
    unnamed =
      mode == .present ? Set((0..<row.count).filter { row.bytes(at: $0).isEmpty }) : []
    rowsOffset = mode == .present ? offset : bytes.preambleLength
  }

  /// The same columns in a piece of the text that begins with a row of data.
  func ofPieceBehind() -> CSVHeader {
    CSVHeader(mode: mode, names: names, unnamed: unnamed, rowsOffset: 0)
  }

  private init(mode: CSVHeaderMode, names: [String], unnamed: Set<Int>, rowsOffset: Int) {
    self.mode = mode
    self.names = names
    self.unnamed = unnamed
    self.rowsOffset = rowsOffset
  }

  /// The names of the columns of a text whose first row is `row`.
  ///
  /// - Throws: `empty-column-name`, `duplicate-column`, `column-count`, `invalid-utf-8`.
  package static func names(
    for mode: CSVHeaderMode, firstRow row: CSVRow
  ) throws(Failure) -> [String] {
    switch mode {
    case .present:
      return try names(in: row)
    case .absent:
      return (0..<row.count).map(nameByPlace)
    case .names(let names):
      guard names.count == row.count else {
        throw Failure(
          Diagnostic(
            .error, .data, code: "column-count",
            "this row has \(counted(row.count, "field")), but "
              + "\(counted(names.count, "column")) \(names.count == 1 ? "is" : "are") named",
            at: row.place))
      }
      return names
    }
  }

  private static let mostFindings = 20

  private static func nameByPlace(_ index: Int) -> String { "c\(index)" }

  /// Whether names are probably a row of data: most are numbers, or a column is looked for by its place.
  static func isProbablyData(_ names: [String], wanted: String) -> Bool {
    let numbers = names.count { Double($0) != nil }
    return numbers * 2 > names.count || names.indices.contains { nameByPlace($0) == wanted }
  }

  /// `count` and the noun, in its plural where needed.
  static func counted(_ count: Int, _ noun: String) -> String {
    Spelling.count(count, noun)
  }

  private static func names(in row: CSVRow) throws(Failure) -> [String] {
    var names: [String] = []
    for index in 0..<row.count { names.append(try row.string(at: index)) }
    let written = Set(names)
    var indices: [String: Int] = [:]
    var findings: [Diagnostic] = []
    for index in names.indices {
      // Each is looked for from the start of the line, which may have millions of columns.
      guard findings.count < mostFindings else {
        findings.append(
          Diagnostic(
            .note, .data, code: "more-findings",
            "there may be more names that are wrong; those of the first columns are shown"))
        break
      }
      if names[index].isEmpty {
        names[index] = nameByPlace(index)
        if written.contains(names[index]) { findings.append(unnamable(index, in: row)) }
      } else if let first = indices[names[index]] {
        findings += duplicate(names[index], index, of: first, in: row)
      } else {
        indices[names[index]] = index
      }
    }
    guard findings.isEmpty else { throw Failure(findings) }
    return names
  }

  private static func unnamable(_ index: Int, in row: CSVRow) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "empty-column-name",
      "column \(index + 1) has no name, and its name by place, '\(nameByPlace(index))', is that of another",
      at: row.place(ofField: index), help: "name it in the header")
  }

  private static func duplicate(
    _ name: String, _ index: Int, of first: Int, in row: CSVRow
  ) -> [Diagnostic] {
    [
      Diagnostic(
        .error, .data, code: "duplicate-column",
        "columns \(first + 1) and \(index + 1) are both named '\(name)'",
        at: row.place(ofField: index), help: "give each column another name"),
      Diagnostic(
        .note, .data, code: "duplicate-column", "'\(name)' is first named here",
        at: row.place(ofField: first)),
    ]
  }
}
