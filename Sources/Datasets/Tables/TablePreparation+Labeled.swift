import Configuration

extension TablePreparation {
  /// Reads a table whose rows, or the windows over them, are examples as a whole, with encoders that are
  /// fitted already.
  ///
  /// - Throws: `Failure` with everything that a validation part would be refused for.
  ///
  /// - Parameter skip: takes what is wrong with a row, which is left out then.
  func labeled(
    _ path: String, encoding: TableEncoding, skip: ((Failure) throws -> Void)? = nil
  ) throws -> LabeledExamples {
    do {
      return try examples(in: path, encoding: encoding, skip: skip)
    } catch let failure as Failure {
      throw Failure(
        failure.diagnostics.map { $0.withAdviceOnFile(isOfSeries: encoding.window != nil) })
    }
  }

  private func examples(
    in path: String, encoding: TableEncoding, skip: ((Failure) throws -> Void)?
  ) throws -> LabeledExamples {
    let keys = encoding.window?.keyColumns ?? []
    let features = encoding.features.map(\.name)
    let used = features + encoding.targetNames.filter { !features.contains($0) }
    var extraColumns: [String] = []
    let contents = try FileBytes(input: path)
    var source = CSVSource(contents, dialect: encoding.dialect(of: contents))
    var skippedRows = 0
    if let skip {
      var filter = try LabeledRowFilter(source, encoding, config, context)
      (source, skippedRows) = try filter.filtered(skip)
    }
    let table = try LoadedTable(
      [source],
      header: encoding.header.mode, missing: encoding.missing, notation: encoding.notation,
      decide: { _, names in
        let present = Set(names)
        let absent = (used + keys).filter { !present.contains($0) }
        guard absent.isEmpty else {
          throw Failure(
            RowEncoder.missingColumns(
              absent, of: names, besides: encoding.usedColumns, file: path))
        }
        let known = Set(used + keys + (encoding.target.weight.map { [$0] } ?? []))
        extraColumns = names.filter { !known.contains($0) }
        return names.map { encoding.decision(for: $0) }
      })
    var findings: [Diagnostic] = []
    let filled = encoding.features.filter { $0.standsInForMissing }.map(\.name)
    let rows = keptRows(table, used, filled: Set(filled), &findings)
    if rows.isEmpty, findings.isEmpty { findings.append(Self.noRows(path)) }
    if !findings.isEmpty { throw Failure(findings) }

    var warnings = filledIn(filled, table)
    var part = TablePart(table: table, rows: rows)
    if let window = try self.window(of: encoding) {
      part = try SeriesPreparation(window: window, context: context).part(
        .test, table, rows, like: SeriesRows(window: encoding.window), &warnings)
    }
    let fitted = FittedTable(
      encoding: encoding, rowTarget: encoding.rowTarget, warnings: [],
      allowsNegativeTargets: context.allowsNegativeTargets, isOfModel: true)
    findings = fitted.check(part)
    findings +=
      fitted.weights(table)?.findings(part, encoding.window, called: Spelling.file(path)) ?? []
    if !findings.isEmpty { throw Failure(findings) }
    if let name = encoding.target.weight, !table.hasColumn(name) {
      warnings.append(
        Diagnostic(
          .note, .data, code: "no-weights",
          "\(Spelling.file(path)) has no column '\(name)' of weights, so that all rows count alike")
      )
    }
    guard let set = fitted.encode([.test: part])[.test] else {
      preconditionFailure("a part was lost")
    }
    return LabeledExamples(
      set: set, droppedRows: table.rows - rows.count, skippedRows: skippedRows,
      extraColumns: extraColumns,
      isContinuous: isContinuous([part]), warnings: warnings)
  }

  /// A note for each column whose missing values training had nothing for.
  private func filledIn(_ columns: [String], _ table: LoadedTable) -> [Diagnostic] {
    columns.filter { table.column($0).missingCount > 0 && config.missingStrategy(of: $0) == .error }
      .map { name in
        let count = table.column(name).missingCount
        return Diagnostic(
          .note, .data, code: "filled-in",
          "\(Spelling.count(count, "value")) of column '\(name)' \(count == 1 ? "is" : "are") missing that training had, "
            + "and its mean or most frequent category stands for \(count == 1 ? "it" : "them")",
          at: (0..<table.rows).first { table.isMissing(name, row: $0) }.flatMap {
            table.place(name, row: $0)
          },
          help: "train with data.missing.at_prediction: \"error\" to refuse such rows")
      }
  }

  /// The windows of the configuration, as the encoding knows them.
  private func window(of encoding: TableEncoding) throws -> WindowConfig? {
    guard let learned = encoding.window else {
      if config.window != nil { throw Failure.contradictoryModel() }
      return nil
    }
    guard var window = config.window else { throw Failure.contradictoryModel() }
    window.length = learned.length
    window.horizon = learned.horizon
    window.time = learned.time
    window.group = learned.group
    window.gaps = learned.time == nil ? nil : learned.gaps
    return window
  }
}

extension Diagnostic {
  /// The same finding with what can be done about it in the file: the settings of a trained model stay as they are.
  fileprivate func withAdviceOnFile(isOfSeries: Bool) -> Diagnostic {
    guard severity == .error, let help, help.contains("data") else { return self }
    var finding = self
    switch code {
    case "missing-value", "not-a-number", "not-finite":
      finding.help =
        "mend the file"
        + (isOfSeries
          ? "" : "; evaluate and find-threshold leave such rows out with --on-error skip")
    case "no-rows":
      finding.help = "if its first row is data, write one with the names of the columns before it"
    case "gap":
      finding.help = "fill in the rows that are missing: the model learned from such without a gap"
    case "time-order": finding.help = "sort the rows by time"
    case "duplicate-time": finding.help = "keep one of the rows with the same time"
    default: break
    }
    return finding
  }
}

extension TableEncoding {
  /// The target of one row.
  fileprivate var rowTarget: TargetEncoding { window?.rowTarget(of: target) ?? target }

  /// What a column of another file is read as.
  fileprivate func decision(for name: String) -> CSVColumnDecision {
    if name == target.list?.column { return .list }
    let feature = features.first { $0.name == name }
    if !target.classes.isEmpty, targetNames.contains(name) {
      return feature == nil && target.hasClassNames ? .classes : .category
    }
    if let feature { return feature.holdsNumbers ? .number : .category }
    if targetNames.contains(name) || target.weight == name { return .number }
    return window?.keyColumns.contains(name) == true ? .category : .skip
  }
}

extension SeriesRows {
  /// What another file has to have in common with the series of training.
  fileprivate init(window: WindowEncoding?) {
    self.init(
      order: [], series: [], timeKind: window?.timeKind,
      timeOrder: window?.timeOrder ?? .yearFirst, step: window?.step)
  }
}

extension CSVDataConfig {
  package func labeledExamples(
    in files: LabeledFiles, encoding: any DataEncoding, _ context: DataContext
  ) throws -> LabeledExamples {
    guard let encoding = encoding as? TableEncoding else { throw Failure.contradictoryModel() }
    return try TablePreparation(config: self, context: context).labeled(
      files.features, encoding: encoding, skip: files.skip)
  }
}
