import Configuration

/// Reads the columns of a table in one pass over the text, by what its first rows hold, and in a second one those
/// columns that turned out to be something else.
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
      source, actions: guesses(), notations: notations, missing: missing, maximumRows: maximumRows)
    let stop = try run(&pass)
    let wanted = decisions.indices.map { column -> CSVColumnPass.Action in
      guard decisions[column] == .infer else { return decisions[column].action }
      return Self.isMostlyNumbers(pass.tally(asNumbers: column), rows: pass.rows)
        ? .number : .category
    }
    try check(pass, stop: stop, isNumber: wanted.map { $0 == .number })

    let isLate = decisions.indices.map {
      decisions[$0] == .infer && pass.actions[$0].isNumber != (wanted[$0] == .number)
    }
    guard isLate.contains(true) else {
      return (decisions.indices.map { column($0, from: pass) }, pass.rows)
    }
    var second = CSVColumnPass(
      source, actions: wanted.indices.map { isLate[$0] ? wanted[$0] : .skip },
      notations: notations, missing: missing, maximumRows: maximumRows)
    let secondStop = try run(&second)
    try check(second, stop: secondStop, isNumber: wanted.map { $0 == .number })
    var columns: [CSVColumn] = []
    for index in decisions.indices {
      columns.append(isLate[index] ? column(index, from: second) : column(index, from: pass))
    }
    return (columns, pass.rows)
  }

  private static let sampleRows = 500

  /// What each column seems to be, by the first rows: most texts need not be tried as numbers first.
  private func guesses() -> [CSVColumnPass.Action] {
    let actions = decisions.map(\.action)
    guard decisions.contains(.infer) else { return actions }
    var sample = CSVColumnPass(
      source, actions: actions, notations: notations, missing: missing,
      maximumRows: min(maximumRows, Self.sampleRows))
    // What is wrong with the text is for the pass over all of it to say.
    try? sample.run(from: header.rowsOffset)
    return actions.indices.map {
      decisions[$0] == .infer && sample.tallies[$0].others.count > 0
        && !Self.isMostlyNumbers(sample.tallies[$0], rows: sample.rows) ? .category : actions[$0]
    }
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
    _ pass: borrowing CSVColumnPass, stop: CSVSyntaxError?, isNumber: [Bool]
  ) throws {
    defer { extendLifetime(source.contents) }
    let report = CSVTableReport(source: source, header: header, maximumRows: maximumRows)
    var findings = pass.findings
    for column in isNumber.indices where isNumber[column] && pass.actions[column].isNumber {
      // What is wrong with a column is one mistake, however many fields show it.
      findings.merge(pass.tallies[column].others.firstOnly)
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
      case .category, .classes, .list:
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
    case .classes: .classes
    case .list: .list
    case .number, .infer: .number
    }
  }
}
