import Configuration
import Datasets

/// A table that was looked at, all rows of it and in bounded memory.
struct TableProfile {
  let file: String
  let layout: TableLayout
  let columns: [ColumnProfile]
  let rows: Int
  let contents: FileBytes
  let dialect: CSVDialect
  let header: CSVHeader
  /// Of columns whose numbers are not written plainly.
  let notations: NotationGuesses

  /// Reads all rows.
  ///
  /// - Throws: `Failure` with what makes the text no table: rows of different lengths, and whatever `CSVRowScanner.nextRow` throws.
  init(_ contents: FileBytes, _ layout: TableLayout) throws {
    file = contents.name
    self.contents = contents
    self.layout = layout
    dialect = CSVDialect(delimiter: layout.delimiter) ?? .standard
    let mode: CSVHeaderMode = layout.header == .absent ? .absent : .present
    header = try CSVHeader(of: CSVSource(contents, dialect: dialect), mode: mode)
    var reading = try Self.read(contents, header, dialect, notations: [])
    let guess = NotationGuesses(reading.columns, delimiter: layout.delimiter)
    notations = guess
    // Only now it is known what the fields of some columns are.
    if !guess.isEmpty {
      reading = try Self.read(
        contents, header, dialect, notations: reading.columns.map { guess.notation(of: $0.name) })
    }
    columns = reading.columns
    rows = reading.rows
    guard rows > 1 else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "too-few-rows",
          "'\(file)' has \(Spelling.count(rows, "row")) of data, and nothing can be learned from so few"
        ))
    }
  }

  private static func read(
    _ contents: FileBytes, _ header: CSVHeader, _ dialect: CSVDialect, notations: [NumberNotation]
  ) throws -> (columns: [ColumnProfile], rows: Int) {
    var columns = header.names.enumerated().map { index, name in
      ColumnProfile(
        name: name, isUnnamed: header.unnamed.contains(index),
        notation: index < notations.count ? notations[index] : .plain)
    }
    var rows = 0
    try forEachRow(of: contents, header, dialect) { row in
      rows += 1
      for index in columns.indices { try row.withField(at: index) { columns[index].add($0) } }
      return true
    }
    return (columns, rows)
  }

  /// Goes through the rows until one returns false.
  ///
  /// - Throws: whatever `CSVRowScanner.nextRow` throws.
  func forEachRow(_ body: (CSVRow) throws -> Bool) throws {
    try Self.forEachRow(of: contents, header, dialect, body)
  }

  private static func forEachRow(
    of contents: FileBytes, _ header: CSVHeader, _ dialect: CSVDialect,
    _ body: (CSVRow) throws -> Bool
  ) throws {
    defer { extendLifetime(contents) }
    var scanner = CSVRowScanner(dialect: dialect, file: contents.name)
    let bytes = contents.bytes
    var row = CSVRow()
    var offset = 0
    var isHeader = header.mode == .present
    while try scanner.nextRow(in: bytes, from: &offset, isFinal: true, into: &row) == .row {
      if isHeader {
        isHeader = false
        continue
      }
      // Rows of another length are told by the reader that also trains, all of them.
      guard row.count == header.names.count else { continue }
      guard try body(row) else { return }
    }
  }

  func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }

  /// The column of a name that was given on the command line.
  ///
  /// - Throws: `Failure` with the nearest name if there is none.
  func require(_ name: String, for option: String) throws(Failure) -> Int {
    if let index = index(of: name) { return index }
    let names = columns.map(\.name)
    let help =
      Spelling.nearest(to: name, among: names).map { "did you mean \"\($0)\"?" }
      ?? "columns: \(Spelling.shortened(names))"
    throw Failure(
      Diagnostic(
        .error, .usage, code: "unknown-column",
        "\(option): '\(file)' has no column \"\(name)\"", help: help))
  }

  /// A configuration of the file with what its notation asks for.
  func dataConfig(for request: ProposalRequest) -> CSVDataConfig {
    var config = CSVDataConfig()
    config.train = [request.path(request.data)]
    if CSVDelimiter.recognized(in: contents) != layout.delimiter {
      config.delimiter = layout.delimiterText
    }
    config.header = layout.header
    config.scaling = .standard
    return config
  }

  /// What counts as missing: the defaults, and the words for missing values that columns in use hold besides.
  ///
  /// - Parameter classes: the target whose numbers are names of classes, where words for missing numbers would be others.
  func missing(in used: [Int], classes: ColumnProfile? = nil) -> MissingConfig {
    var config = MissingConfig()
    var words: Set<String> = []
    var numberWords: Set<String> = []
    for column in used.map({ columns[$0] }) {
      let clear = column.missingWords.keys.filter { !MissingWords.ambiguous.contains($0) }
      words.formUnion(clear)
      guard column.kind == .number else { continue }
      if let classes, classes.name == column.name {
        if !classes.keepsWords { words.formUnion(column.ownMissingWords) }
      } else {
        numberWords.formUnion(column.ownMissingWords)
      }
    }
    config.tokens += words.subtracting(config.tokens).sorted()
    config.numberTokens += numberWords.subtracting(config.numberTokens).sorted()
    return config
  }
}

extension CSVRow {
  /// The text of a field, without quotes.
  func withField<Result>(
    at index: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) throws -> Result {
    guard fields[index].hasDoubledQuotes else { return body(bytes(at: index)) }
    var text = try string(at: index)
    return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}
