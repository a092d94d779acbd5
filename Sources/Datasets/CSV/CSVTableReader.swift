import Configuration

/// Reads the columns of a table: numbers in a first pass over the text, and in a second one those
/// columns that the first found to be categories.
struct CSVTableReader {
  let source: CSVSource
  let header: CSVHeader
  let missing: MissingTokens
  let maximumRows: Int
  private let decisions: [CSVColumnDecision]
  private let notations: [NumberNotation]

  init(
    source: CSVSource, header: CSVHeader, decisions: [CSVColumnDecision],
    notations: [NumberNotation], missing: MissingTokens, maximumRows: Int
  ) {
    self.notations = notations
    self.source = source
    self.header = header
    self.missing = missing
    self.maximumRows = maximumRows
    self.decisions = header.names.indices.map { $0 < decisions.count ? decisions[$0] : .skip }
  }

  mutating func read() throws -> (columns: [CSVColumn], rows: Int) {
    var pass = CSVColumnPass(
      source, actions: decisions.map(\.action), notations: notations, missing: missing,
      maximumRows: maximumRows)
    let stop = try run(&pass)
    let isNumber = decisions.indices.map { column in
      switch decisions[column] {
      case .number: true
      case .category, .skip: false
      case .infer: Self.isMostlyNumbers(pass.tallies[column], rows: pass.rows)
      }
    }
    try check(pass, isNumber: isNumber, stop: stop)

    let isLateCategory = decisions.indices.map { decisions[$0] == .infer && !isNumber[$0] }
    guard isLateCategory.contains(true) else {
      return (decisions.indices.map { column($0, from: pass) }, pass.rows)
    }
    var second = CSVColumnPass(
      source, actions: isLateCategory.map { $0 ? .category : .skip }, notations: [],
      missing: missing, maximumRows: maximumRows)
    let secondStop = try run(&second)
    try check(second, isNumber: isNumber, stop: secondStop)
    var columns: [CSVColumn] = []
    for index in decisions.indices {
      columns.append(
        isLateCategory[index] ? column(index, from: second) : column(index, from: pass))
    }
    return (columns, pass.rows)
  }

  /// - Returns: what stopped the pass before the end of the text.
  private func run(_ pass: inout CSVColumnPass) throws -> CSVSyntaxError? {
    do {
      try pass.run(from: header.rowsOffset)
      return nil
    } catch let error as CSVSyntaxError {
      return error
    }
  }

  private func check(
    _ pass: borrowing CSVColumnPass, isNumber: [Bool], stop: CSVSyntaxError?
  ) throws {
    defer { extendLifetime(source.contents) }
    let report = CSVTableReport(source: source, header: header, maximumRows: maximumRows)
    var findings = pass.findings
    for column in isNumber.indices where isNumber[column] {
      findings.merge(pass.tallies[column].others)
    }
    var diagnostics = report.diagnostics(for: findings, tallies: pass.tallies, rows: pass.rows)
    if let stop {
      var locator = source.locator()
      diagnostics.append(stop.diagnostic(at: locator.place(at: stop.offset, length: 1)))
    }
    if let offset = pass.excessRow { diagnostics.append(report.tooManyRows(at: offset)) }
    if pass.rows == 0, diagnostics.isEmpty { diagnostics.append(report.noRows) }
    guard diagnostics.isEmpty else { throw Failure(diagnostics) }
  }

  private func column(_ index: Int, from pass: borrowing CSVColumnPass) -> CSVColumn {
    let contents: CSVColumn.Contents =
      switch pass.actions[index] {
      case .skip: .skipped
      case .number, .notedNumber: .number(values: pass.numbers[index])
      case .category:
        .category(codes: pass.encoders[index].codes, labels: pass.encoders[index].labels)
      }
    return CSVColumn(
      name: header.names[index], contents: contents,
      missingCount: pass.tallies[index].missing + pass.tallies[index].missingInNumbers)
  }

  private static func isMostlyNumbers(_ tally: CSVColumnPass.Tally, rows: Int) -> Bool {
    let fields = rows - tally.missing - tally.missingInNumbers
    return fields > 0 && fields - tally.others.count > fields / 2
  }
}

extension CSVColumnDecision {
  /// What the first pass does with such a column.
  fileprivate var action: CSVColumnPass.Action {
    switch self {
    case .skip: .skip
    case .category: .category
    case .number, .infer: .number
    }
  }
}
