import Configuration

/// The rows of one or several CSV files, seen through the columns that are used.
struct LoadedTable: Sendable {
  /// The files in the order of their rows.
  let files: [TableFile]
  let rows: Int
  /// What to call it where it has no file.
  private var name = ""
  /// The columns of the first file.
  private let columns: [CSVColumn]
  private let indices: [String: Int]

  /// - Parameters:
  ///   - sources: the files, at least one.
  ///   - decide: what becomes of the columns of a file, of the first before the others.
  /// - Throws: `Failure` if a column is a number in one file and a text in most rows of all.
  init(
    _ sources: [CSVSource], header: CSVHeaderMode, missing: MissingTokens,
    notation: (String) -> NumberNotation,
    decide: (_ file: String, _ names: [String]) throws -> [CSVColumnDecision]
  ) throws {
    var files: [TableFile] = []
    for source in sources {
      files.append(
        try TableFile(
          source, header: header, missing: missing, notation: notation,
          firstRow: files.last.map { $0.firstRow + $0.table.rows } ?? 0
        ) { try decide(source.name, $0) })
    }
    let first = files[0]
    rows = files.reduce(0) { $0 + $1.table.rows }
    indices = first.indices
    guard files.count > 1 else {
      self.files = files
      columns = first.table.columns
      return
    }
    var columns = first.table.columns
    for index in columns.indices {
      let name = columns[index].name
      if case .skipped = columns[index].contents { continue }
      try Self.agree(on: name, &files, notation(name), missing)
      columns[index] = try CSVColumn.joining(
        files.compactMap { file in file.indices[name].map { file.table.columns[$0] } },
        file: first.table.name)
    }
    self.columns = columns
    self.files = files.map { $0.withoutContents() }
  }

  /// The rows of a piece of a file.
  init(piece: TableFile) {
    files = [piece]
    rows = piece.table.rows
    indices = piece.indices
    columns = piece.table.columns
  }

  /// Rows of no text, which have no places.
  ///
  /// - Parameter name: what to call the table.
  init(_ columns: [CSVColumn], rows: Int, named name: String) {
    files = []
    self.rows = rows
    self.name = name
    self.columns = columns
    indices = columns.enumerated().reduce(into: [:]) { $0[$1.element.name] = $1.offset }
  }

  /// Reads a column anew where the files do not agree on what it holds: numbers if most fields of all files are.
  private static func agree(
    on name: String, _ files: inout [TableFile], _ notation: NumberNotation,
    _ missing: MissingTokens
  ) throws {
    let columns = files.compactMap { file in file.indices[name].map { file.table.columns[$0] } }
    let isNumber = columns.map { if case .number = $0.contents { true } else { false } }
    guard isNumber.contains(true), isNumber.contains(false) else { return }
    let values = zip(files, columns).reduce(0) { $0 + $1.0.table.rows - $1.1.missingCount }
    let numbers = columns.reduce(0) { $0 + $1.numberCount(notation) }
    let shallBeNumber = numbers * 2 > values
    for index in files.indices where isNumber[index] != shallBeNumber {
      try files[index].read(name, as: shallBeNumber ? .number : .category, missing, notation)
    }
  }

  /// What to call the table.
  var file: String {
    let first = files.first?.table.name ?? name
    return files.count > 1 ? "\(first) and \(Spelling.count(files.count - 1, "more file"))" : first
  }

  /// What tells it from other tables.
  var key: [String] { files.map(\.table.name) }

  var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  /// The columns that the first file does not name.
  var unnamed: Set<String> { files.first?.unnamed ?? [] }

  func hasColumn(_ name: String) -> Bool { indices[name] != nil }

  func column(_ name: String) -> CSVColumn { columns[indices[name] ?? 0] }

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

  // MARK: - Places

  private func file(of row: Int) -> TableFile? {
    files.last { $0.firstRow <= row }
  }

  /// Where a column begins.
  func place(ofColumn name: String) -> Place? {
    files.first.flatMap { file in file.indices[name].flatMap { file.table.place(ofColumn: $0) } }
  }

  /// Where a row begins.
  func place(ofRow row: Int) -> Place? {
    file(of: row).flatMap { $0.table.place(row: row - $0.firstRow, column: 0) }
  }

  func place(_ name: String, row: Int) -> Place? {
    file(of: row).flatMap { file in
      file.indices[name].flatMap { file.table.place(row: row - file.firstRow, column: $0) }
    }
  }

  /// The first code in each of some columns, which were read as numbers.
  func codes(in names: [String]) -> [(name: String, code: CodeNumber, row: Int)] {
    var found: [String: (code: CodeNumber, row: Int)] = [:]
    for file in files {
      let wanted = names.filter { found[$0] == nil }
      let codes = file.table.codes(in: wanted.compactMap { file.indices[$0] })
      for name in wanted {
        guard let code = file.indices[name].flatMap({ codes[$0] }) else { continue }
        found[name] = (code.code, file.firstRow + code.row)
      }
    }
    return names.compactMap { name in found[name].map { (name, $0.code, $0.row) } }
  }
}
