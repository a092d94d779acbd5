import Configuration

/// A CSV file that was read, seen through the columns that are used.
struct LoadedTable: Sendable {
  let table: CSVTable
  let file: String
  let byteCount: Int
  /// The columns that the file does not name.
  let unnamed: Set<String>
  /// The table's column for each name.
  private let indices: [String: Int]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - notation: how the numbers of a column are written.
  ///   - decide: what to read a column as, given all names of the header.
  init(
    _ contents: FileBytes, header: CSVHeaderMode, dialect: CSVDialect, missing: MissingTokens,
    notation: (String) -> NumberNotation,
    decide: ([String]) throws -> [CSVColumnDecision]
  ) throws {
    let source = CSVSource(contents, dialect: dialect)
    let header = try CSVHeader(of: source, mode: header)
    let decisions = try decide(header.names)
    table = try CSVTable(
      reading: source, header: header, decisions: decisions,
      notations: header.names.map(notation), missing: missing)
    file = contents.name
    unnamed = Set(header.unnamed.map { header.names[$0] })
    byteCount = source.contents.bytes.count
    indices = Dictionary(uniqueKeysWithValues: header.names.enumerated().map { ($1, $0) })
  }

  func column(_ name: String) -> CSVColumn {
    table.columns[indices[name] ?? 0]
  }

  func isMissing(_ name: String, row: Int) -> Bool {
    switch column(name).contents {
    case .number(let values): values[row].isNaN
    case .category(let codes, _): codes[row] < 0
    case .skipped: false
    }
  }

  /// A category as the file writes it, a number in the fewest digits; empty where it is missing.
  func text(_ name: String, row: Int) -> String {
    switch column(name).contents {
    case .number(let values): values[row].isNaN ? "" : JSONNumber(values[row]).text
    case .category(let codes, let labels): codes[row] < 0 ? "" : labels[Int(codes[row])]
    case .skipped: ""
    }
  }

  /// Where a column begins.
  func place(ofColumn name: String) -> Place? {
    indices[name].flatMap { table.place(ofColumn: $0) }
  }

  /// The first code in each of some columns, which were read as numbers.
  func codes(in names: [String]) -> [(name: String, code: CodeNumber, row: Int)] {
    let found = table.codes(in: names.compactMap { indices[$0] })
    return names.compactMap { name in
      indices[name].flatMap { found[$0] }.map { (name, $0.code, $0.row) }
    }
  }

  func place(_ name: String, row: Int) -> Place? {
    indices[name].flatMap { table.place(row: row, column: $0) }
  }
}
