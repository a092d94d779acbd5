import Configuration

/// One of the files of a table.
struct TableFile: Sendable {
  private(set) var table: CSVTable
  /// The row of the whole table that its first row is.
  let firstRow: Int
  let byteCount: Int
  /// The columns that it does not name.
  let unnamed: Set<String>
  /// Its column for each name.
  let indices: [String: Int]
  private let source: CSVSource
  private let header: CSVHeader
  private let decisions: [CSVColumnDecision]

  /// - Parameters:
  ///   - notation: how the numbers of a column are written.
  ///   - decide: what to read a column as, given all names of the header.
  init(
    _ source: CSVSource, header mode: CSVHeaderMode, missing: MissingTokens,
    notation: (String) -> NumberNotation, firstRow: Int,
    decide: ([String]) throws -> [CSVColumnDecision]
  ) throws {
    header = try CSVHeader(of: source, mode: mode)
    decisions = try decide(header.names)
    table = try CSVTable(
      reading: source, header: header, decisions: decisions,
      notations: header.names.map(notation), missing: missing)
    self.source = source
    self.firstRow = firstRow
    unnamed = Set(header.unnamed.map { [header] in header.names[$0] })
    byteCount = source.contents.bytes.count
    indices = Dictionary(uniqueKeysWithValues: header.names.enumerated().map { ($1, $0) })
  }

  /// A piece of a file whose header is known.
  ///
  /// - Parameter decisions: what to read each column as.
  init(
    piece source: CSVSource, header: CSVHeader, decisions: [CSVColumnDecision],
    missing: MissingTokens, notation: (String) -> NumberNotation
  ) throws {
    self.header = header
    self.decisions = decisions
    table = try CSVTable(
      reading: source, header: header, decisions: decisions,
      notations: header.names.map(notation), missing: missing)
    self.source = source
    firstRow = 0
    unnamed = Set(header.unnamed.map { [header] in header.names[$0] })
    byteCount = source.contents.bytes.count
    indices = Dictionary(uniqueKeysWithValues: header.names.enumerated().map { ($1, $0) })
  }

  /// Reads one column anew.
  mutating func read(
    _ name: String, as decision: CSVColumnDecision, _ missing: MissingTokens,
    _ notation: NumberNotation
  ) throws {
    guard let index = indices[name] else { return }
    let again = try CSVTable(
      reading: source, header: header,
      decisions: decisions.indices.map { $0 == index ? decision : .skip },
      notations: header.names.map { _ in notation }, missing: missing)
    table.replaceColumn(index, by: again.columns[index])
  }

  func withoutContents() -> TableFile {
    var file = self
    file.table = table.withoutContents()
    return file
  }
}
