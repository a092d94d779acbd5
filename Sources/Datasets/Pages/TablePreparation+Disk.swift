import Configuration

// Tables larger than memory: two passes over the text, in pieces. The first fits the encoders, the second writes
// encoded rows to a file.
extension TablePreparation {
  /// Prepares data whose examples are on the disk while a network learns from them.
  ///
  /// What the columns hold, and which are left out, is judged by the first piece of the training file. Fractions are taken
  /// row by row.
  ///
  /// - Parameter memory: what windows of examples may take, in bytes.
  func prepareOnDisk(memory: Int) throws -> PreparedData {
    let clock = ContinuousClock()
    let start = clock.now
    try refuseWhatNeedsMemory()
    let train = try readFirstPiece()
    try refuseWhatNeedsMemory(train)
    let used = usedColumns(train.columns)
    let summary = TableSummary(used)
    var bytesRead = 0
    try forEachPart(train) { part, table, rows in
      try summary.add(table, rows, to: part)
    } read: {
      bytesRead += $0
    }
    let examples = try checkParts(summary)

    let table = try summary.table(named: train.table.file)
    let fitting = TableFitting(
      config: config, context: context, table: table, rows: summary.rows(of: .train),
      task: train.task, features: train.columns.features.map { train.columns.names[$0] },
      targets: train.targets, delimiter: train.delimiterText, series: nil, groups: nil,
      statistics: summary.statistics)
    let fitted = try fitting.fit()
    try refuseDates(fitted)
    // The small table has every category and the ends of every column, but no places.
    let isSound = Part.allCases.allSatisfy {
      fitted.check(TablePart(table: table, rows: summary.rows(of: $0))).isEmpty
    }
    if !isSound {
      try forEachPart(train) { part, table, rows in try check(table, rows, of: part, fitted) }
    }

    let width = fitted.encoding.width + fitted.encoding.target.width
    let counts = summary.counts
    let layout = PageLayout(examples: examples, width: width, memoryBytes: memory)
    var data = PreparedData(
      inputShape: fitted.encoding.inputShape, target: fitted.encoding.target.kind,
      task: train.task, encoding: fitted.encoding, config: resolvedConfig(train, fitted.encoding),
      counts: counts, classCounts: classCounts(train, fitted, summary),
      warnings: train.warnings + fitted.warnings, bytesRead: bytesRead,
      seconds: (clock.now - start) / .seconds(1),
      laterBytes: ExamplesOnDisk.memoryBytes(layout, width: width),
      makeSets: { try writeExamples(train, fitted, counts, memory: memory) })
    data.onDisk = ExamplesOnDisk(
      bytes: counts.values.reduce(0, +) * width * MemoryLayout<Float>.stride, layout: layout)
    return data
  }

  // MARK: - Reading

  private func readFirstPiece() throws -> TrainingTable {
    try context.reading([.key("train")]) {
      let paths = try self.paths(config.train ?? [], at: [.key("train")])
      var pieces = try TextPieces(context.resolve(paths[0]), dialect: dialect)
      guard let source = try pieces.next() else { throw Self.emptyFile(paths[0]) }
      let header = try CSVHeader(of: source, mode: config.header.mode)
      let columns = try TableColumns(config, names: header.names, context: context)
      let table = LoadedTable(
        piece: try TableFile(
          piece: source, header: header, decisions: decisions(columns),
          missing: missingTokens, notation: config.notation))
      if try pieces.next() != nil { try checkFirstPiece(table, columns) }
      return try settle(
        Loaded(table: table, delimiter: source.dialect.delimiter, columns: columns), isPiece: true)
    }
  }

  private var missingTokens: MissingTokens {
    MissingTokens(config.missing.tokens, inNumbers: config.missing.numberTokens)
  }

  /// What a column holds has to show early.
  private func checkFirstPiece(_ table: LoadedTable, _ columns: TableColumns) throws {
    let empty = usedColumns(columns).filter { table.column($0).missingCount == table.rows }
    guard !empty.isEmpty else { return }
    throw Failure(
      empty.map {
        context.dataFinding(
          "empty-start",
          "column \"\($0)\" has no value in the first \(Spelling.grouped(table.rows)) rows, which tell what a table on the disk holds",
          at: [.key("train")])
      }.map {
        var finding = $0
        finding.help = "leave it out with \"ignore\" in data, or let rows with values come first"
        return finding
      })
  }

  /// Shows all pieces of all files, with the rows of each part.
  ///
  /// - Parameter read: is given the bytes of each piece.
  private func forEachPart(
    _ train: TrainingTable, _ body: (Part, LoadedTable, [Int32]) throws -> Void,
    read: (Int) -> Void = { _ in }
  ) throws {
    let used = usedColumns(train.columns)
    let shares = [(Part.test, config.test?.share), (.validation, config.validation?.share)]
      .compactMap { part, share in
        share.map { (part: part, fraction: $0.fraction, isStratified: $0.isStratified) }
      }
    var division = RowDivision(shares, seed: context.seed)
    let strata = Strata()
    try forEachPiece(config.train ?? [], at: "train", like: train) { table in
      read(table.byteCount)
      let rows = try kept(table, used)
      var parts: [Part: [Int32]] = [:]
      let codes = strata.codes(train.targets[0], table)
      for row in rows {
        let stratum = codes.map { max(0, $0[Int(row)]) } ?? 0
        parts[division.part(stratum: Int(stratum)), default: []].append(row)
      }
      for part in Part.allCases {
        if let rows = parts[part] { try body(part, table, rows) }
      }
    }
    for (part, held) in [(Part.validation, config.validation), (.test, config.test)] {
      guard let paths = held?.source else { continue }
      try forEachPiece(paths, at: part.rawValue, like: train) { table in
        read(table.byteCount)
        try body(part, table, kept(table, used))
      }
    }
  }

  private func kept(_ table: LoadedTable, _ used: [String]) throws -> [Int32] {
    var findings: [Diagnostic] = []
    let rows = keptRows(table, used, isPiece: true, &findings)
    guard findings.isEmpty else { throw Failure(findings) }
    return rows
  }

  /// Shows the pieces of files, one after the other.
  private func forEachPiece(
    _ paths: [String], at key: String, like train: TrainingTable,
    _ body: (LoadedTable) throws -> Void
  ) throws {
    try context.reading([.key(key)]) {
      let model = Loaded(table: train.table, delimiter: train.delimiter, columns: train.columns)
      for path in try self.paths(paths, at: [.key(key)]) {
        var pieces = try TextPieces(context.resolve(path), dialect: dialect)
        var header: CSVHeader?
        var decisions: [CSVColumnDecision] = []
        while let source = try pieces.next() {
          if let known = header {
            header = known.ofPieceBehind()
          } else {
            let first = try CSVHeader(of: source, mode: config.header.mode)
            decisions = try self.decisions(first.names, like: model, file: source.name)
            header = first
          }
          // Line breaks may stand at the end.
          guard let header, !source.contents.withBytes(\.isBlank) else { continue }
          try body(
            LoadedTable(
              piece: try TableFile(
                piece: source, header: header, decisions: decisions, missing: missingTokens,
                notation: config.notation)))
        }
        if header == nil { throw Self.emptyFile(path) }
      }
    }
  }

  private static func emptyFile(_ path: String) -> Failure {
    Failure(Diagnostic(.error, .data, code: "empty-file", "\(Spelling.file(path)) holds no rows"))
  }

  // MARK: - Writing

  /// Encodes all rows, each part into a file of its own.
  private func writeExamples(
    _ train: TrainingTable, _ fitted: FittedTable, _ counts: [Part: Int], memory: Int
  ) throws -> [Part: ExampleSet] {
    let (inputs, targets) = (fitted.encoding.width, fitted.encoding.target.width)
    let bytes = (inputs + targets) * MemoryLayout<Float>.stride
    var files: [Part: PageFile] = [:]
    var left = counts.values.reduce(0, +)
    for part in Part.allCases {
      guard let count = counts[part] else { continue }
      files[part] = try PageFile(inputs: inputs, targets: targets, bytes: left * bytes)
      left -= count
    }
    try forEachPart(train) { part, table, rows in
      guard let file = files[part] else { throw Self.changed(table.file) }
      try check(table, rows, of: part, fitted)
      try fitted.write(table, rows, to: file)
    }
    for (part, file) in files where file.count != counts[part] {
      throw Self.changed(train.table.file)
    }
    return files.mapValues { ExampleSet($0, windowBytes: memory) }
  }

  private static func changed(_ file: String) -> Failure {
    Failure(
      Diagnostic(
        .error, .data, code: "data-changed", "'\(file)' has changed while it was read"))
  }

  /// Finds the first row of a piece that the encoders cannot encode.
  ///
  /// - Throws: `Failure` with what is wrong with it.
  private func check(
    _ table: LoadedTable, _ rows: [Int32], of part: Part, _ fitted: FittedTable
  ) throws {
    let held = part == .validation ? config.validation : part == .test ? config.test : nil
    var piece = TablePart(table: table, rows: rows, isOwnFile: held?.source != nil)
    guard !fitted.check(piece).isEmpty else { return }
    // One row tells of no others, whose number no piece knows.
    for row in rows {
      piece = TablePart(table: table, rows: [row], isOwnFile: piece.isOwnFile)
      let findings = fitted.check(piece)
      if !findings.isEmpty { throw Failure(findings) }
    }
  }

  // MARK: - Checks

  private func refuse(
    _ what: String, at steps: [ConfigPath.Step], help: String
  ) -> Diagnostic {
    context.finding(
      "storage", "\(what) all rows in memory, and 'storage' keeps them on the disk", at: steps,
      help: help)
  }

  /// Refuses what looks at all rows at once.
  private func refuseWhatNeedsMemory() throws {
    var findings: [Diagnostic] = []
    for (key, isGiven, help) in [
      ("window", config.window != nil, "remove 'storage'"),
      ("group", config.group != nil, "divide the rows into files of their own, or remove it"),
      ("weight", config.weight != nil, "remove it, or 'storage'"),
    ] where isGiven {
      findings.append(refuse("'\(key)' needs", at: [.key(key)], help: help))
    }
    if let list = config.labelList {
      findings.append(
        refuse(
          "a list of labels needs", at: [.key("columns"), .key(list.column), .key("separator")],
          help: "give each label a column of 0 and 1"))
    }
    if !findings.isEmpty { throw Failure(findings) }
  }

  /// Refuses what has to sort the numbers of a column, or goes through its rows by folds.
  private func refuseWhatNeedsMemory(_ train: TrainingTable) throws {
    var findings: [Diagnostic] = []
    for name in usedColumns(train.columns) {
      let settings = config.columns[name]
      func place(_ key: String, isOwn: Bool) -> [ConfigPath.Step] {
        isOwn ? [.key("columns"), .key(name), .key(key)] : [.key(key)]
      }
      guard case .number = train.table.column(name).contents else {
        if settings?.encoding == .target {
          findings.append(
            refuse(
              "means of the target need", at: place("encoding", isOwn: true),
              help: "use \"embedding\", \"frequency\" or \"hash\""))
        }
        continue
      }
      let isTarget = train.targets.contains(name)
      let scaling = settings?.scaling ?? config.scaling
      if !(isTarget ? scaling.linear : scaling).isOfTally {
        findings.append(
          refuse(
            "\"\(scaling.rawValue)\" scaling of column \"\(name)\" needs",
            at: place("scaling", isOwn: settings?.scaling != nil),
            help: "use \"standard\" or \"min_max\""))
      }
      if !isTarget, config.numberEncoding(of: name) == .piecewiseLinear {
        let isOwn = settings?.encoding != nil
        findings.append(
          refuse(
            "the bins of column \"\(name)\" need",
            at: isOwn ? place("encoding", isOwn: true) : [.key("number_encoding")],
            help: "use \"number\""))
      }
      if !isTarget, [.median, .mostFrequent].contains(config.missingStrategy(of: name)) {
        let strategy = config.missingStrategy(of: name).rawValue
        findings.append(
          refuse(
            "the \(strategy) number of column \"\(name)\" needs",
            at: place("missing", isOwn: settings?.missing != nil),
            help: "use \"mean\", \"constant\" or \"drop_row\""))
      }
    }
    let shares = [(Part.validation, config.validation), (.test, config.test)]
    let isOfClasses = train.task == .classification && train.targets.count == 1
    for case (let part, let share?) in shares.map({ ($0, $1?.share) })
    where share.isStratified && !isOfClasses {
      findings.append(
        context.finding(
          "contradiction", "'stratify' needs classes, but the target is a number",
          at: [.key(part.rawValue), .key("stratify")], help: "remove it"))
    }
    if !findings.isEmpty { throw Failure(findings) }
  }

  private func refuseDates(_ fitted: FittedTable) throws {
    let dates = fitted.encoding.features.filter { $0 is DateFeature }.map(\.name)
    guard !dates.isEmpty else { return }
    throw Failure(
      dates.map {
        refuse(
          "the dates of column \"\($0)\" need", at: [.key("columns"), .key($0)],
          help: "leave it out with \"ignore\" in data")
      })
  }

  /// - Returns: how many training examples there are.
  private func checkParts(_ summary: TableSummary) throws -> Int {
    let rows = summary.counts.values.reduce(0, +)
    let files = [(Part.validation, config.validation), (.test, config.test)]
      .filter { $0.1?.source != nil }.map(\.0)
    let ownRows = summary.counts.reduce(0) { files.contains($1.key) ? $0 : $0 + $1.value }
    if let part = ownRows == 0 ? Part.train : files.first(where: { summary.counts[$0] == nil }) {
      throw Failure(
        context.dataFinding(
          "no-rows", "there is no row without a missing value", at: [.key(part.rawValue)]))
    }
    guard rows <= CSVTable.maximumRows else {
      throw Failure(
        context.dataFinding(
          "too-many-rows", "a table may have \(CSVTable.maximumRows) rows at most",
          at: [.key("train")]))
    }
    let shares = [(Part.test, config.test?.share), (.validation, config.validation?.share)]
    guard let training = summary.counts[.train] else {
      throw Failure(
        context.nothingLeft(of: rows, for: shares.filter { $0.1 != nil }.map(\.0)))
    }
    for case (let part, let share?) in shares where summary.counts[part] == nil {
      throw Failure(
        context.finding(
          "empty-part",
          "a fraction of \(JSONNumber(share.fraction).text) of \(Spelling.count(rows, "row")) is no row",
          at: [.key(part.rawValue)]))
    }
    return training
  }

  private func classCounts(
    _ train: TrainingTable, _ fitted: FittedTable, _ summary: TableSummary
  ) -> [Double] {
    let rows = summary.trainingRows(of: train.targets[0])
    return fitted.encoding.target.classes.map { Double(rows[$0] ?? 0) }
  }
}

/// What is told of examples on the disk before they are written.
package struct ExamplesOnDisk: Sendable {
  /// What they take there.
  package let bytes: Int
  private let layout: PageLayout

  init(bytes: Int, layout: PageLayout) {
    self.bytes = bytes
    self.layout = layout
  }

  /// How many training examples are in memory at a time, in one window.
  package var windowExamples: Int { layout.windowExamples }
  package var windows: Int { layout.windowCount }
  package var folder: String { PageFile.folder }

  /// What windows, evaluation and reading take at most, in bytes.
  static func memoryBytes(_ layout: PageLayout, width: Int) -> Int {
    // A piece of the text, its columns and its encoded rows.
    let reading = 8 * TextPieces.pieceBytes
    return max(layout.memoryBytes(width: width) + PageWindows.sequentialBytes, reading)
  }
}

/// The classes of the rows of a table that goes by in pieces, numbered as they come.
private final class Strata {
  private var codes: [String: Int32] = [:]

  /// The class of each row of a piece; `nil` where the target is a number.
  func codes(_ target: String, _ table: LoadedTable) -> [Int32]? {
    guard case .category(let rows, let labels) = table.column(target).contents else { return nil }
    let mapping = labels.map { label in
      if let code = codes[label] { return code }
      let code = Int32(codes.count)
      codes[label] = code
      return code
    }
    return rows.map { $0 < 0 ? -1 : mapping[Int($0)] }
  }
}

extension FittedTable {
  /// Appends encoded rows to a file.
  func write(_ table: LoadedTable, _ rows: [Int32], to file: PageFile) throws {
    let (inputs, answers, width) = (file.inputs, file.targets, file.width)
    let matrix = ExampleMatrix(encodeFeatures(table, rows), count: rows.count, width: inputs)
    let features = ExampleReader(matrix)
    defer { extendLifetime(matrix.storage) }
    let targets = encodeTargets(table, rows)
    let examples = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows.count * width)
    defer { examples.deallocate() }
    guard let first = examples.baseAddress else { return }
    for row in rows.indices {
      features.copy(row, 0..<inputs, to: first + row * width)
      for answer in 0..<answers {
        first[row * width + inputs + answer] = targets[row * answers + answer]
      }
    }
    try file.append(UnsafeBufferPointer(examples))
  }
}
