import Configuration

/// Leaves rows out of a table that a model cannot be evaluated on, so that what is left can be read as a whole: rows
/// that it could not predict from, and those whose answer or weight is none.
struct LabeledRowFilter {
  private let source: CSVSource
  private let encoding: TableEncoding
  private let allowsNegativeTargets: Bool
  /// The columns whose rows without a value are dropped, which is no mistake.
  private let dropping: Set<String>
  private let missing: MissingTokens

  init(
    _ source: CSVSource, _ encoding: TableEncoding, _ config: CSVDataConfig, _ context: DataContext
  ) throws {
    self.source = source
    self.encoding = encoding
    allowsNegativeTargets = context.allowsNegativeTargets
    missing = encoding.missing
    let names = encoding.features.map(\.name) + encoding.targetNames
    dropping = Set(names.filter { config.missingStrategy(of: $0) == .dropRow })
  }

  /// The text without the rows, whose line breaks stay, so that others are where they were.
  ///
  /// - Parameter skip: takes what is wrong with a row.
  /// - Throws: what `skip` throws, and `Failure` for a text that is none, or lacks columns.
  mutating func filtered(
    _ skip: (Failure) throws -> Void
  ) throws -> (source: CSVSource, skipped: Int) {
    let bytes = source.contents.bytes
    var stream = CSVRowStream(source.contents, dialect: source.dialect)
    var row = CSVRow()
    guard try stream.next(into: &row) else { return (source, 0) }
    let (columns, isHeader) = try encoding.columns(firstRow: row)
    var encoder = try RowEncoder(encoding, columns: columns, file: source.name)
    let answers = try answerFields(columns)
    var inputs = [Float](repeating: 0, count: encoding.width)
    var bad: [Range<Int>] = []
    var badStart: Int?
    var hasRow = isHeader ? try stream.next(into: &row) : true
    while hasRow {
      if let start = badStart { bad.append(start..<row.start) }
      badStart = nil
      do throws(Failure) {
        try check(row, columns, answers, &encoder, &inputs)
      } catch {
        badStart = row.start
        try skip(error)
      }
      hasRow = try stream.next(into: &row)
    }
    if let start = badStart { bad.append(start..<bytes.count) }
    guard !bad.isEmpty else { return (source, 0) }
    return (CSVSource(try without(bad), dialect: source.dialect), bad.count)
  }

  private func without(_ ranges: [Range<Int>]) throws -> FileBytes {
    let bytes = source.contents.bytes
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var next = 0
    for range in ranges {
      kept += bytes[next..<range.lowerBound]
      kept += bytes[range].filter { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
      next = range.upperBound
    }
    kept += bytes[next...]
    extendLifetime(source)
    return try FileBytes(name: source.name, copying: kept)
  }

  // MARK: - Rows

  private enum Answer {
    case label
    case labels(LabelList)
    case number(TargetEncoding.Column)
    case weight
  }

  private typealias AnswerField = (name: String, field: Int, answer: Answer)

  private func answerFields(_ columns: [String]) throws -> [AnswerField] {
    let target = encoding.target
    let wanted: [(String, Answer)] =
      target.list.map { [($0.column, .labels($0))] }
      ?? target.columns.map { column in
        (column.name, target.classes.isEmpty ? .number(column) : .label)
      }
    let absent = wanted.map(\.0).filter { !columns.contains($0) }
    guard absent.isEmpty else {
      throw Failure(
        RowEncoder.missingColumns(
          absent, of: columns, besides: encoding.usedColumns, file: source.name))
    }
    // A file may lack weights.
    return (wanted + (target.weight.map { [($0, .weight)] } ?? [])).compactMap { name, answer in
      columns.firstIndex(of: name).map { (name, $0, answer) }
    }
  }

  /// - Throws: everything that is wrong with a row.
  private func check(
    _ row: CSVRow, _ columns: [String], _ answers: [AnswerField], _ encoder: inout RowEncoder,
    _ inputs: inout [Float]
  ) throws(Failure) {
    try encoder.checkWidth(of: row)
    let lacksValue = columns.indices.contains { index in
      dropping.contains(columns[index]) && isMissing(row.bytes(at: index), in: columns[index])
    }
    if lacksValue { return }
    var findings: [Diagnostic] = []
    do throws(Failure) {
      try encode(row, &encoder, &inputs)
    } catch {
      findings += error.diagnostics
    }
    for (name, field, answer) in answers {
      let finding =
        isMissing(row.bytes(at: field), in: name)
        ? Diagnostic(
          .error, .data, code: "missing-value",
          isWeight(answer)
            ? "the weight of the row is missing in column '\(name)'"
            : "the target '\(name)' is missing")
        : try problem(of: row, field, name, answer)
      if let finding { findings.append(finding.placed(at: row.place(ofField: field))) }
    }
    if !findings.isEmpty { throw Failure(findings) }
  }

  private func encode(
    _ row: CSVRow, _ encoder: inout RowEncoder, _ inputs: inout [Float]
  ) throws(Failure) {
    var failure: Failure?
    inputs.withUnsafeMutableBufferPointer { buffer in
      guard let first = buffer.baseAddress else { return }
      do throws(Failure) {
        try encoder.encode(row, into: first)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private func isWeight(_ answer: Answer) -> Bool {
    if case .weight = answer { true } else { false }
  }

  private func isMissing(_ text: UnsafeRawBufferPointer, in column: String) -> Bool {
    // An empty list is none that is missing.
    missing.contains(text) && !(text.isEmpty && column == encoding.target.list?.column)
      || isNumber(column) && missing.containsInNumbersOnly(text)
  }

  private func isNumber(_ column: String) -> Bool {
    if let feature = encoding.features.first(where: { $0.name == column }) {
      return feature.holdsNumbers
    }
    if column == encoding.target.list?.column { return false }
    return encoding.target.classes.isEmpty || column == encoding.target.weight
  }

  private func problem(
    of row: CSVRow, _ field: Int, _ name: String, _ answer: Answer
  ) throws(Failure) -> Diagnostic? {
    let text = row.bytes(at: field)
    let shown = "'\(String(decoding: text.prefix(40), as: UTF8.self))'"
    if case .label = answer {
      let text = try row.string(at: field)
      let target = encoding.target
      let label = target.hasClassNames ? ClassName.withoutDecimals(text) : text
      guard !target.classes.contains(label) else { return nil }
      return Diagnostic(
        .error, .data, code: "unseen-category",
        "training has not seen the class \(shown) in column '\(name)'",
        help: "known: \(Spelling.shortened(encoding.target.classes))")
    }
    if case .labels(let list) = answer {
      let known = encoding.target.columns.map(\.name)
      guard
        let label = list.labels(of: try row.string(at: field)).first(where: { !known.contains($0) })
      else { return nil }
      return Diagnostic(
        .error, .data, code: "unseen-category",
        "training has not seen the label '\(label.prefix(40))' in column '\(name)'",
        help: "known: \(Spelling.shortened(known))")
    }
    let value: Double
    switch encoding.notation(of: name).parse(text) {
    case .number(let number): value = number
    case .notFinite:
      return Diagnostic(
        .error, .data, code: "not-finite", "\(shown) in column '\(name)' is not a finite number")
    case .notANumber:
      return Diagnostic(
        .error, .data, code: "not-a-number", "\(shown) in column '\(name)' is not a number")
    }
    switch answer {
    case .label, .labels: return nil
    case .weight: return ExampleWeights.problem(of: value, in: name)
    case .number(let column):
      if !column.scale.encode(value).isFinite {
        return NumberFinding.tooLarge(
          String(decoding: text.prefix(40), as: UTF8.self), in: name, scale: column.scale)
      }
      if value < 0, !allowsNegativeTargets {
        return Diagnostic(
          .error, .data, code: "negative-target",
          "the target '\(name)' must not be negative with this loss, as no count is")
      }
      return nil
    }
  }
}
