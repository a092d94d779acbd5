import Configuration

/// What is known of a table that went by piece by piece: figures of each column, and a small table of the rows that
/// tell what there is at all: the first ones, and those with a new category or a number beyond all before it.
final class TableSummary {
  /// So many different texts of a column are kept in memory.
  static let mostCategories = 200_000
  /// The first rows are kept anyway.
  private static let firstRows = 50_000

  private(set) var counts: [Part: Int] = [:]
  private var columns: [String: Column] = [:]
  private let names: [String]
  /// The rows of the small table that belong to each part.
  private var kept: [Part: [Int32]] = [:]
  private var keptCount = 0

  private struct Column {
    var numbers: [Part: NumberTally] = [:]
    var labels: [String] = []
    var codes: [String: Int32] = [:]
    /// For each part the rows with each label.
    var labelCounts: [Part: [Int]] = [:]
    var missing: [Part: Int] = [:]
    /// Of the small table.
    var keptNumbers: [Double] = []
    var keptCodes: [Int32] = []
    var isNumber = false
    var missingCount = 0
  }

  /// - Parameter names: the columns that are used.
  init(_ names: [String]) {
    self.names = names
    for name in names { columns[name] = Column() }
  }

  /// The codes of the labels that a piece of the table has in a column, in the order in which any piece had them first.
  ///
  /// - Throws: `too-many-categories`.
  func codes(of name: String, _ labels: [String]) throws -> [Int32] {
    guard var column = columns[name] else { return [] }
    // Only one holder, so that the dictionary grows in place.
    columns[name] = nil
    defer { columns[name] = column }
    let codes = labels.map { label in
      if let code = column.codes[label] { return code }
      let code = Int32(column.labels.count)
      column.codes[label] = code
      column.labels.append(label)
      return code
    }
    guard column.labels.count <= Self.mostCategories else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "too-many-categories",
          "column \"\(name)\" has more than \(Spelling.grouped(Self.mostCategories)) different texts, which a table on the disk cannot have",
          help: "leave it out with \"ignore\" in data, if it identifies rows"))
    }
    return codes
  }

  /// Adds rows of a piece to a part.
  func add(_ table: LoadedTable, _ rows: [Int32], to part: Part) throws {
    guard !rows.isEmpty else { return }
    counts[part, default: 0] += rows.count
    var telling = Set(rows.prefix(max(0, Self.firstRows - keptCount)))
    var mappings: [String: [Int32]] = [:]
    for name in names {
      switch table.column(name).contents {
      case .number(let numbers):
        telling.formUnion(
          columns[name]?.numbers[part, default: NumberTally()].add(numbers.values, rows) ?? [])
        extendLifetime(numbers)
        columns[name]?.isNumber = true
      case .category(let codes, let labels):
        let mapping = try self.codes(of: name, labels)
        mappings[name] = mapping
        telling.formUnion(count(codes, mapping, rows, of: name, in: part))
      case .skipped: break
      }
    }
    keep(telling.sorted(), of: table, mappings, part)
  }

  /// - Returns: the first rows with labels that the part did not have.
  private func count(
    _ codes: [Int32], _ mapping: [Int32], _ rows: [Int32], of name: String, in part: Part
  ) -> [Int32] {
    var counts = [Int](repeating: 0, count: mapping.count)
    var firstRows = [Int32](repeating: -1, count: mapping.count)
    var missing: (count: Int, row: Int32) = (0, -1)
    for row in rows {
      let code = Int(codes[Int(row)])
      guard code >= 0 else {
        if missing.count == 0 { missing.row = row }
        missing.count += 1
        continue
      }
      if counts[code] == 0 { firstRows[code] = row }
      counts[code] += 1
    }
    var telling: [Int32] = []
    let known = columns[name]?.labels.count ?? 0
    var total = columns[name]?.labelCounts[part] ?? []
    columns[name]?.labelCounts[part] = nil
    total.append(contentsOf: repeatElement(0, count: known - total.count))
    for (code, count) in counts.enumerated() where count > 0 {
      if total[Int(mapping[code])] == 0 { telling.append(firstRows[code]) }
      total[Int(mapping[code])] += count
    }
    columns[name]?.labelCounts[part] = total
    if missing.count > 0 {
      if columns[name]?.missing[part] == nil { telling.append(missing.row) }
      columns[name]?.missing[part, default: 0] += missing.count
    }
    return telling
  }

  private func keep(
    _ rows: [Int32], of table: LoadedTable, _ mappings: [String: [Int32]], _ part: Part
  ) {
    for name in names {
      switch table.column(name).contents {
      case .number(let numbers):
        let values = rows.map { numbers[Int($0)] }
        columns[name]?.keptNumbers += values
        columns[name]?.missingCount += values.count(where: \.isNaN)
      case .category(let codes, _):
        let mapping = mappings[name] ?? []
        let kept = rows.map { codes[Int($0)] < 0 ? -1 : mapping[Int(codes[Int($0)])] }
        columns[name]?.keptCodes += kept
        columns[name]?.missingCount += kept.count { $0 < 0 }
      case .skipped: break
      }
    }
    kept[part, default: []] += rows.indices.map { Int32(keptCount + $0) }
    keptCount += rows.count
  }

  /// The small table.
  ///
  /// - Parameter name: of the file whose rows they are.
  /// - Throws: `out-of-memory`.
  func table(named name: String) throws -> LoadedTable {
    let columns = try names.compactMap { column in
      try self.columns[column].map { found in
        CSVColumn(
          name: column,
          contents: found.isNumber
            ? .number(values: try DoubleBuffer(found.keptNumbers, for: name))
            : .category(codes: found.keptCodes, labels: found.labels),
          missingCount: found.missingCount)
      }
    }
    return LoadedTable(columns, rows: keptCount, named: name)
  }

  /// The rows of the small table that belong to a part.
  func rows(of part: Part) -> [Int32] { kept[part] ?? [] }

  /// What fitting needs of all rows of the training part.
  var statistics: TableStatistics {
    TableStatistics(
      rows: counts[.train] ?? 0,
      numbers: columns.compactMapValues { $0.numbers[.train] },
      categories: columns.filter { !$0.value.isNumber }.mapValues { column in
        let counts = column.labelCounts[.train] ?? []
        return TableStatistics.Categories(
          counts: counts + repeatElement(0, count: column.labels.count - counts.count),
          missing: column.missing[.train] ?? 0)
      })
  }

  /// The training rows with a label in a column.
  func trainingRows(of name: String) -> [String: Int] {
    guard let column = columns[name], let counts = column.labelCounts[.train] else { return [:] }
    return zip(column.labels, counts).reduce(into: [:]) { $0[$1.0] = $1.1 }
  }
}

/// Figures of all training rows, where the table that encoders are fitted on holds only some of them.
struct TableStatistics {
  struct Categories {
    /// The rows with each label of the table.
    let counts: [Int]
    let missing: Int
  }

  let rows: Int
  let numbers: [String: NumberTally]
  let categories: [String: Categories]
}
