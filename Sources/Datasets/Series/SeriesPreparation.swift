import Configuration

/// From the rows of tables to the windows of each part.
struct SeriesPreparation {
  let window: WindowConfig
  /// That of the dates of the times, where the configuration says it.
  var order: DateOrder?
  let context: DataContext

  /// What a part takes of a series.
  struct Share {
    let series: SeriesRows.Series
    /// Positions in the order of the series.
    let rows: Range<Int>
    let starts: [Int32]
  }

  /// The series of the training file.
  ///
  /// - Parameter rows: those to use, ascending.
  /// - Throws: `Failure` if times are missing, out of order or irregular.
  func read(_ table: LoadedTable, _ rows: [Int32]) throws -> SeriesRows {
    try SeriesReader(window: window, order: order, table: table, rows: rows, model: nil).read()
  }

  /// What goes unnoticed where gaps are ignored: forecasts have times by one step.
  func warnings(onStepsOf series: SeriesRows) -> [Diagnostic] {
    guard let first = series.otherSteps.first, let step = series.step else { return [] }
    let names = Spelling.shortened(series.otherSteps.map { "'\($0.name.prefix(40))'" })
    let isOne = series.otherSteps.count == 1
    return [
      context.finding(
        "other-step",
        "the series \(names) \(isOne ? "has" : "have") another step than \(step.text), by which forecasts of all series go on: \(first.step.text)\(isOne ? "" : " in the first")",
        at: [.key("window"), .key("gaps")],
        help: "train series with other steps by themselves", severity: .warning)
    ]
  }

  /// Divides the series of the training file, each by itself.
  ///
  /// - Parameters:
  ///   - test, validation: fractions of the rows of each series.
  /// - Throws: `Failure` if a part gets no window.
  func divide(
    _ series: SeriesRows, _ table: LoadedTable, test: Double?, validation: Double?,
    _ warnings: inout [Diagnostic]
  ) throws -> [Part: TablePart] {
    try divide(series, table, &warnings) { $0.divided(test: test, validation: validation) }
  }

  /// The same by a rule that says which rows of a series belong to which part.
  func divide(
    _ series: SeriesRows, _ table: LoadedTable, _ warnings: inout [Diagnostic],
    by rule: (SeriesRows.Series) -> [Part: Range<Int>]
  ) throws -> [Part: TablePart] {
    var divided = series.series.map { (series: $0, parts: rule($0)) }
    if divided.allSatisfy({ $0.parts[.train, default: 0..<0].isEmpty }) {
      let others = [Part.test, .validation].filter { divided.first?.parts[$0] != nil }
      throw Failure(context.nothingLeft(of: series.order.count, for: others))
    }
    var findings: [Diagnostic] = []
    var parts: [Part: TablePart] = [:]
    for part in Part.allCases where divided.first?.parts[part] != nil {
      let shares = divided.compactMap { entry in
        entry.parts[part].map { share(of: $0, in: entry.series) }
      }
      findings += check(shares, part, file: nil, &warnings)
      guard part == .train else {
        // Rows without a window of their own may be inputs of the next part.
        parts[part] = TablePart(table, series, shares, rowsOf: shares)
        continue
      }
      // The other parts would lack the same rows.
      if !findings.isEmpty { throw Failure(findings) }
      parts[part] = TablePart(table, series, shares, rowsOf: Self.used(shares))
      // A series that nothing is learned from is no ground for judging what was learned.
      divided = zip(divided, shares).filter { !$1.starts.isEmpty }.map(\.0)
    }
    if !findings.isEmpty { throw Failure(findings) }
    return parts
  }

  /// The windows of a file that is a part as a whole.
  ///
  /// - Parameter model: the series of the training file.
  func part(
    _ part: Part, _ table: LoadedTable, _ rows: [Int32], like model: SeriesRows,
    _ warnings: inout [Diagnostic]
  ) throws -> TablePart {
    let series = try SeriesReader(
      window: window, order: order, table: table, rows: rows, model: model
    ).read()
    let shares = series.series.map { share(of: $0.range, in: $0) }
    let findings = check(shares, part, file: table.file, &warnings)
    if !findings.isEmpty { throw Failure(findings) }
    return TablePart(table, series, shares, rowsOf: Self.used(shares))
  }

  private func share(of rows: Range<Int>, in series: SeriesRows.Series) -> Share {
    Share(series: series, rows: rows, starts: window.starts(of: rows, in: series.stretches))
  }

  private static func used(_ shares: [Share]) -> [Share] { shares.filter { !$0.starts.isEmpty } }

  /// What stops where series give no window to a part; what is only to be known becomes a warning.
  private func check(
    _ shares: [Share], _ part: Part, file: String?, _ warnings: inout [Diagnostic]
  ) -> [Diagnostic] {
    let report = ShortSeriesReport(
      window: window, part: part, file: file,
      series: shares.map {
        .init(name: $0.series.name, rows: $0.rows.count, hasWindow: !$0.starts.isEmpty)
      })
    guard let finding = report.finding else { return [] }
    let diagnostic = context.finding(
      finding.code, finding.message, at: [.key("window"), .key(finding.key)],
      severity: finding.severity)
    if diagnostic.severity == .error { return [diagnostic] }
    warnings.append(diagnostic)
    return []
  }
}

extension TablePart {
  /// - Parameter visible: the shares whose rows come into sight.
  fileprivate init(
    _ table: LoadedTable, _ series: SeriesRows, _ shares: [SeriesPreparation.Share],
    rowsOf visible: [SeriesPreparation.Share]
  ) {
    self.init(
      table: table, rows: visible.flatMap { series.order[$0.rows] },
      windows: SeriesWindows(order: series.order, starts: shares.flatMap(\.starts)))
  }
}
