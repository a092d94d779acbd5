import Configuration
import Numerics

/// From CSV files to examples: finds the columns, reads the files, divides the rows, and fits the
/// encoders on the training part.
struct TablePreparation {
  let config: CSVDataConfig
  let context: DataContext

  /// Of a finding about values that a column lacks.
  static let missingValueCode = "missing-value"

  /// Divides the rows, reads the other files and fits the encoders.
  ///
  /// - Parameter start: when the first file began to be read.
  func prepare(
    _ train: TrainingTable, since start: ContinuousClock.Instant
  ) throws -> ExaminedData {
    let clock = ContinuousClock()
    var warnings = train.warnings
    var parts: [Part: TablePart]
    if let series = train.series, let windows {
      parts = try windows.divide(
        series, train.table, test: config.test?.share?.fraction,
        validation: config.validation?.share?.fraction, &warnings)
    } else {
      warnings += divisionWarnings(train)
      parts = try context.divide(
        train.rows, validation: config.validation?.share, test: config.test?.share,
        strata: train.strata?.codes, groups: train.groups
      ).rows.mapValues { TablePart(table: train.table, rows: $0) }
    }
    var findings: [Diagnostic] = []
    let files = [(Part.validation, config.validation), (.test, config.test)]
    for case (let part, .source(let paths)) in files {
      parts[part] = try readPart(part, paths, like: train, &findings, &warnings)
    }
    do {
      let fitted = try fit(
        train, parts, findings: findings, warnings: warnings, clock.now - start)
      guard !fitted.findings.isEmpty else { return fitted }
      return ExaminedData(fitted.data, findings: train.warnings + fitted.findings)
    } catch let failure as Failure {
      // What was noticed of the columns may be why.
      throw Failure(train.warnings + failure.diagnostics)
    }
  }

  /// The group of each row, by which the rows are divided; groups that are numbers go by their values, as classes do.
  ///
  /// - Throws: `Failure` if a row has none.
  private func groups(_ table: LoadedTable, _ rows: [Int32]) throws -> [Int32]? {
    guard let name = config.group,
      case .category(let codes, let labels) = table.column(name).contents
    else { return nil }
    let missing = rows.filter { codes[Int($0)] < 0 }
    if let first = missing.first {
      throw Failure(
        Diagnostic(
          .error, .data, code: "missing-value",
          "the group is missing in column '\(name)'"
            + (missing.count > 1
              ? " (and in \(Spelling.count(missing.count - 1, "more row")))" : ""),
          at: table.place(name, row: Int(first)),
          help: "every row has to say which group it is of"))
    }
    return ClassName.codes(codes, of: labels)
  }

  /// What is probably not meant of how the rows are divided.
  private func divisionWarnings(_ train: TrainingTable) -> [Diagnostic] {
    let shares = [(Part.validation, config.validation), (.test, config.test)].compactMap {
      part, held in held?.share.map { (part: part, isStratified: $0.isStratified) }
    }
    if train.groups != nil, shares.isEmpty {
      return [
        context.finding(
          "inert", "'group' has no effect: nothing is taken out of 'train'", at: [.key("group")],
          help: "take a fraction out, or train with --folds", severity: .warning)
      ]
    }
    return context.warnings(onRareClassesOf: train.strata, in: train.rows, shares)
  }

  var windows: SeriesPreparation? {
    config.window.map { window in
      SeriesPreparation(
        window: window, order: window.time.flatMap { config.columns[$0]?.order?.ofDates },
        context: context)
    }
  }

  /// Reads the training file and settles what does not depend on how it is divided.
  func readTraining() throws -> TrainingTable { try settle(try loadTraining()) }

  func loadTraining() throws -> Loaded {
    try blamingTypes { try load(config.train ?? [], at: [.key("train")], like: nil) }
  }

  /// Settles what a table says of its columns, and which of its rows are examples.
  ///
  /// - Parameter isPiece: whether it is a piece of a table, whose rows are looked at later.
  func settle(_ train: Loaded, isPiece: Bool = false) throws -> TrainingTable {
    let review = ColumnReview(config, train.columns, train.table)
    let columns = try kept(of: train.columns, review)
    let targetNames = columns.targets.map { columns.names[$0] }
    let task = resolveTask(train.table, targets: targetNames)
    let labelList = config.labelList
    // A list of numbers is no number.
    let reviewed = usedColumns(columns).filter { $0 != labelList?.column }
    let notations = NotationReview(
      config, used: reviewed, classes: task == .classification ? targetNames : [], train.table,
      delimiter: train.delimiter, context: context)
    try checkTargetTypes(targetNames)
    try checkTargets(train.table, targetNames, task, notations)
    try checkHorizon(task)

    var findings: [Diagnostic] = []
    let rows = isPiece ? [] : keptRows(train.table, usedColumns(columns), &findings)
    if rows.isEmpty, !isPiece, findings.isEmpty {
      findings.append(Self.noRows(train.table.file))
    }
    if !findings.isEmpty { throw Failure(findings) }
    let groups = try self.groups(train.table, rows)
    let series = try self.windows?.read(train.table, rows)
    var warnings = review.warnings + notations.warnings
    warnings += CodeReview(config, used: usedColumns(columns), train.table).warnings
    if let series, let windows { warnings += windows.warnings(onStepsOf: series) }
    return TrainingTable(
      table: train.table, columns: columns, leftOut: review.leftOut, warnings: warnings,
      delimiter: train.delimiter,
      targets: targetNames, task: task, labelList: labelList, rows: rows,
      groups: groups, series: series)
  }

  /// Reads a file that is a part as a whole.
  ///
  /// - Returns: `nil` where findings make it impossible.
  func readPart(
    _ part: Part, _ paths: [String], like train: TrainingTable, _ findings: inout [Diagnostic],
    _ warnings: inout [Diagnostic]
  ) throws -> TablePart? {
    let model = Loaded(
      table: train.table, delimiter: train.delimiter, columns: train.columns)
    let other = try load(paths, at: [.key(part.rawValue)], like: model).table
    let known = findings.count
    let rows = keptRows(other, usedColumns(train.columns), &findings)
    // Nothing would tell how well is learned, and nothing would say so.
    if rows.isEmpty, findings.count == known { findings.append(Self.noRows(other.file)) }
    guard let windows, let series = train.series else {
      return TablePart(table: other, rows: rows, isOwnFile: true)
    }
    // Of rows that lack values no series can be made.
    guard findings.isEmpty else { return nil }
    return try windows.part(part, other, rows, like: series, &warnings)
  }

  /// Fits the encoders on the training part and checks what they make of all parts.
  ///
  /// - Returns: the data with what cannot be encoded of it.
  /// - Parameters:
  ///   - findings: errors that are known already.
  ///   - elapsed: the time it took to read the parts.
  func fit(
    _ train: TrainingTable, _ parts: [Part: TablePart], findings: [Diagnostic],
    warnings: [Diagnostic], _ elapsed: Duration
  ) throws -> ExaminedData {
    let clock = ContinuousClock()
    let start = clock.now
    let task = train.task
    let training = parts[.train] ?? TablePart(table: train.table, rows: [])
    let fitting = TableFitting(
      config: config, context: context, table: train.table, rows: training.rows, task: task,
      features: train.columns.features.map { train.columns.names[$0] }, targets: train.targets,
      delimiter: train.delimiterText,
      series: train.series, groups: train.groups)
    let fitted: FittedTable
    do {
      fitted = try fitting.fit()
    } catch let failure as Failure {
      throw Failure(failure.diagnostics + findings)
    }
    var findings = findings
    for part in Part.allCases {
      guard let rows = parts[part] else { continue }
      findings += fitted.check(rows)
      findings +=
        fitted.weights(rows.table)?.findings(
          rows, fitted.encoding.window, called: "the \(part.rawValue) part") ?? []
    }
    // Of a series with a mistake a part may be missing.
    if !findings.isEmpty, config.window != nil { throw Failure(findings) }

    let tables = Dictionary(grouping: parts.values, by: \.table.key).values.compactMap(
      \.first?.table)
    var data = PreparedData(
      inputShape: fitted.encoding.inputShape, target: fitted.encoding.target.kind, task: task,
      encoding: fitted.encoding, config: resolvedConfig(train, fitted.encoding),
      counts: parts.mapValues { $0.examples.count }, classCounts: fitted.classCounts(training),
      warnings: warnings + fitted.warnings, bytesRead: tables.reduce(0) { $0 + $1.byteCount },
      seconds: (elapsed + (clock.now - start)) / .seconds(1),
      isContinuous: isContinuous(parts.values),
      laterBytes: tables.reduce(0) { $0 + fitted.encodedBytes(rows: $1.rows) }
        + PreparedData.orderBytes(parts.mapValues { $0.examples.count }),
      makeSets: { fitted.encode(parts) })
    data.targetRange = { fitted.targetRange(training) }
    data.unscaledInputs = { fitted.unscaledInputs(training) }
    let columns = train.columns.features.map { train.columns.names[$0] } + train.targets
    let times = config.window.map { [$0.group, $0.time].compactMap { $0 } }
    data.describe = { part, example in
      parts[part]?.description(of: example, columns: times ?? columns, fitted.encoding.window)
        ?? ExampleDescription()
    }
    return ExaminedData(data, findings: findings)
  }

  /// Whether each window begins where the one before it ends.
  func isContinuous(_ parts: some Sequence<TablePart>) -> Bool {
    guard let length = config.window?.length else { return false }
    return parts.allSatisfy { part in
      zip(part.examples, part.examples.dropFirst()).allSatisfy { Int($1) - Int($0) == length }
    }
  }

  func resolvedConfig(
    _ train: TrainingTable, _ encoding: TableEncoding
  ) -> CSVDataConfig {
    var config = config
    for case let feature as DateFeature in encoding.features {
      var settings = config.columns[feature.name] ?? ColumnConfig()
      settings.type = .datetime
      settings.parts = feature.parts
      settings.order = .dates(feature.order)
      settings.encoding = ColumnConfig.Encoding(rawValue: feature.encoding.rawValue)
      config.columns[feature.name] = settings
    }
    config.task = train.task
    config.expandPatterns(in: context.baseDirectory)
    let files = [config.train, config.validation?.source, config.test?.source].compactMap { $0 }
    // Of several files each may be divided by something of its own, which is recognized again.
    if files.flatMap({ $0 }).count == 1 { config.delimiter = train.delimiterText }
    config.features?.removeAll(where: train.leftOut.contains)
    config.ignore += train.leftOut
    if let window = config.window, window.time != nil {
      config.window?.gaps = window.gaps ?? .error
    }
    return config
  }

  /// The columns that a review leaves over.
  ///
  /// - Throws: `Failure` if there is none to learn from.
  private func kept(of columns: TableColumns, _ review: ColumnReview) throws -> TableColumns {
    let leftOut = Set(review.leftOut)
    let kept = columns.leavingOut(
      Set(columns.features.filter { leftOut.contains(columns.names[$0]) }))
    guard kept.features.isEmpty else { return kept }
    throw Failure(
      review.warnings + [
        context.finding("no-features", "no column is left to learn from", at: [.key("target")])
      ])
  }

  // MARK: - Reading

  struct Loaded {
    let table: LoadedTable
    let delimiter: UInt8
    let columns: TableColumns
  }

  /// Reads files; `model` is the training table, whose column types other files have to have too.
  private func load(
    _ paths: [String], at steps: [ConfigPath.Step], like model: Loaded?
  ) throws -> Loaded {
    try suggestingStorage {
      try context.reading(steps) {
        let sources = try self.paths(paths, at: steps).map { path in
          let contents = try FileBytes(path: context.resolve(path))
          try checkFormat(contents, at: steps)
          return CSVSource(contents, dialect: try dialect(of: contents))
        }
        var columns = model?.columns
        var first: [String: CSVColumnDecision]?
        let table = try LoadedTable(
          sources, header: config.header.mode,
          missing: MissingTokens(config.missing.tokens, inNumbers: config.missing.numberTokens),
          notation: config.notation,
          decide: { file, names in
            if let model { return try decisions(names, like: model, file: file) }
            if let first, let columns { return try decisions(names, columns, first, file: file) }
            let found = try TableColumns(config, names: names, context: context)
            columns = found
            let decisions = decisions(found)
            first = Dictionary(uniqueKeysWithValues: zip(names, decisions))
            return decisions
          })
        return Loaded(
          table: table, delimiter: sources[0].dialect.delimiter,
          columns: try columns ?? TableColumns(config, names: [], context: context))
      }
    }
  }

  /// Says what to do where a table does not fit into memory.
  private func suggestingStorage<Result>(_ read: () throws -> Result) throws -> Result {
    do {
      return try read()
    } catch let failure as Failure {
      throw Failure(
        failure.diagnostics.map { diagnostic in
          guard diagnostic.code == "out-of-memory" else { return diagnostic }
          var diagnostic = diagnostic
          diagnostic.help =
            "write \"storage\": \"disk\" in data to read the table in parts and keep its examples on the disk"
          return diagnostic
        })
    }
  }

  /// The files that paths and patterns mean, in their order.
  ///
  /// - Throws: `Failure` with the patterns that fit no file, and the files that are named twice.
  func paths(_ paths: [String], at steps: [ConfigPath.Step]) throws -> [String] {
    var files: [String] = []
    var findings: [Diagnostic] = []
    for (index, path) in paths.enumerated() {
      let place = paths.count > 1 ? steps + [.index(index)] : steps
      let found = FilePattern.files(path, in: context.baseDirectory)
      if found.isEmpty {
        var finding = context.finding(
          "no-match", "no file fits the pattern '\(context.resolve(path))'", at: place)
        finding.category = .unreadable
        findings.append(finding)
      }
      for file in found where files.contains(file) {
        findings.append(
          context.finding("duplicate-file", "'\(file)' is read twice", at: place))
      }
      files += found
    }
    guard findings.isEmpty else { throw Failure(findings) }
    return files
  }

  func decisions(_ columns: TableColumns) -> [CSVColumnDecision] {
    columns.names.indices.map { index in
      let type = config.columns[columns.names[index]]?.type
      switch columns.roles[index] {
      case .ignored: return .skip
      case .key: return .category
      case .weight: return .number
      case .feature: return decision(type)
      case .target where config.labelList != nil: return .list
      case .target:
        switch config.task ?? context.lossTask {
        // Several targets of a classification are yes/no numbers; texts are one mistake, as below.
        case .classification: return columns.targets.count > 1 ? .infer : classes(columns, index)
        // A target of texts is one mistake, not one in each row.
        case .regression: return decision(type)
        case nil:
          let decision = columns.targets.count > 1 ? .infer : decision(type)
          return decision == .category ? classes(columns, index) : decision
        }
      }
    }
  }

  /// What is an input too, as the values of a series are, is read as such.
  private func classes(_ columns: TableColumns, _ target: Int) -> CSVColumnDecision {
    columns.features.contains(target) ? .category : .classes
  }

  private func decision(_ type: ColumnConfig.Kind?) -> CSVColumnDecision {
    switch type {
    case .number: .number
    // Dates are read as texts first.
    case .category, .datetime: .category
    case nil: .infer
    }
  }

  /// Further files of a table have the columns of the first, in any order, and what else they have is not used.
  private func decisions(
    _ names: [String], _ columns: TableColumns, _ first: [String: CSVColumnDecision], file: String
  ) throws -> [CSVColumnDecision] {
    try checkColumns(names, have: usedColumns(columns) + columns.others, file: file)
    return names.map { first[$0] ?? .skip }
  }

  func checkColumns(_ names: [String], have used: [String], file: String) throws {
    let present = Set(names)
    let missing = used.filter { !present.contains($0) }
    guard !missing.isEmpty else { return }
    throw Failure(
      Diagnostic(
        .error, .data, code: "missing-column",
        "\(Spelling.file(file)) lacks \(missing.count == 1 ? "the column" : "the columns") "
          + missing.map { "\"\($0)\"" }.joined(separator: ", "),
        help: "columns: \(Spelling.shortened(names))"))
  }

  /// Another file may have its columns in another order and more of them.
  func decisions(
    _ names: [String], like model: Loaded, file: String
  ) throws -> [CSVColumnDecision] {
    let wanted = usedColumns(model.columns) + model.columns.others
    try checkColumns(names, have: wanted, file: file)
    let used = Set(wanted)
    return names.map { name in
      guard used.contains(name) else { return .skip }
      if case .number = model.table.column(name).contents { return .number }
      if name == config.labelList?.column { return .list }
      let target = model.columns.targets.first { model.columns.names[$0] == name }
      return target.map { classes(model.columns, $0) } ?? .category
    }
  }

  /// Features and targets, those that are both once.
  func usedColumns(_ columns: TableColumns) -> [String] {
    let features = Set(columns.features)
    return (columns.features + columns.targets.filter { !features.contains($0) }).map {
      columns.names[$0]
    }
  }

  func dialect(of contents: FileBytes) throws -> CSVDialect {
    let delimiter =
      config.delimiter.map { Array($0.utf8) } ?? [CSVDelimiter.recognized(in: contents)]
    guard delimiter.count == 1, let quote = config.quote.utf8.first, config.quote.utf8.count == 1,
      let dialect = CSVDialect(delimiter: delimiter[0], quote: quote)
    else {
      throw Failure(
        context.finding(
          "dialect", "'delimiter' and 'quote' must be two different single ASCII characters",
          at: [.key(delimiter.count == 1 ? "quote" : "delimiter")],
          help: "a tab is written \"\\t\""))
    }
    return dialect
  }

  // MARK: - Task and rows

  private func resolveTask(_ table: LoadedTable, targets: [String]) -> LearningTask {
    // A loss for numbers is refused where losses are looked at.
    if config.labelList != nil { return .classification }
    if let task = config.task ?? context.lossTask { return task }
    if targets.count > 1 { return .regression }
    if case .category = table.column(targets[0]).contents { return .classification }
    return .regression
  }

  private func checkTargetTypes(_ targets: [String]) throws {
    let findings = targets.filter {
      config.columns[$0]?.type == .datetime && config.window == nil
    }.map {
      context.finding(
        "contradiction", "the target \"\($0)\" cannot be a date",
        at: [.key("columns"), .key($0), .key("type")])
    }
    if !findings.isEmpty { throw Failure(findings) }
  }

  /// A sequence of classes is another kind of answer than a class.
  private func checkHorizon(_ task: LearningTask) throws {
    guard task == .classification, let window = config.window, window.horizon > 1 else { return }
    throw Failure(
      context.finding(
        "task", "classes are predicted for the next row only, not for \(window.horizon) rows",
        at: [.key("window"), .key("horizon")], help: "use a horizon of 1, or predict numbers"))
  }

  /// The rows that no strategy drops; a missing value without a strategy is a finding.
  ///
  /// - Parameters:
  ///   - filled: columns whose missing values are filled in without a strategy.
  ///   - isPiece: whether the table is a piece of one, so that it does not tell how many values are missing.
  func keptRows(
    _ table: LoadedTable, _ used: [String], filled: Set<String> = [], isPiece: Bool = false,
    _ findings: inout [Diagnostic]
  ) -> [Int32] {
    var dropping: [String] = []
    for name in used where table.column(name).missingCount > 0 {
      switch config.missingStrategy(of: name) {
      case .dropRow: dropping.append(name)
      case .error where filled.contains(name): break
      case .error: findings.append(missingValue(in: name, table, isPiece: isPiece))
      default:
        if config.target?.contains(name) == true {
          findings.append(missingValue(in: name, table, isPiece: isPiece))
        }
      }
    }
    return (0..<table.rows).filter { row in
      !dropping.contains { table.isMissing($0, row: row) }
    }.map { Int32($0) }
  }

  static func noRows(_ file: String) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "no-rows", "\(Spelling.file(file)) has no row without a missing value")
  }

  private func missingValue(
    in name: String, _ table: LoadedTable, isPiece: Bool
  ) -> Diagnostic {
    let count = table.column(name).missingCount
    let first = (0..<table.rows).first { table.isMissing(name, row: $0) } ?? 0
    let isTarget = config.target?.contains(name) == true
    var finding = Diagnostic(
      .error, .data, code: Self.missingValueCode,
      "\(isTarget ? "the target" : "column") '\(name)' has "
        + (isPiece
          ? "missing values, the first one here"
          : "\(Spelling.count(count, "missing value"))\(count > 1 ? ", the first one here" : "")"),
      at: table.place(name, row: first),
      help: isTarget
        ? adviceOnMissing(target: name, table)
        : "choose what becomes of them: data.missing or \(ConfigPath.settings(ofColumn: name)).missing "
          + "(\(MissingStrategy.allCases.dropFirst().map(\.rawValue).joined(separator: ", "))); "
          + "data.missing.tokens lists what counts as missing")
    finding.columns = [name]
    return finding
  }
}
