import Configuration

/// Finds the series of a table and checks that their times ascend in regular steps.
struct SeriesReader {
  let window: WindowConfig
  /// That of the dates, where the configuration says it.
  let order: DateOrder?
  let table: LoadedTable
  /// The rows that are used, ascending.
  let rows: [Int32]
  /// The series that the model learns from; `nil` where these are they.
  let model: SeriesRows?

  /// - Throws: `Failure` with the first of each kind of mistake and how many there are.
  func read() throws -> SeriesRows {
    var findings: [Diagnostic] = []
    let groups = window.group.flatMap { texts(of: $0, "the group", &findings) }
    let times = window.time.flatMap { self.times(in: $0, &findings) }
    if !findings.isEmpty { throw Failure(findings) }

    var series = SeriesRows(rows, groups: groups)
    guard let name = window.time, let times else { return series }
    series.timeKind = times.kind
    series.timeOrder = times.order
    let column = TimeColumn(name: name, times: times, order: series.order, table: table)
    if let finding = column.disorder(in: series.series) {
      throw Failure(finding)
    }
    let policy = window.gaps ?? .error
    if let model {
      series.step = model.step
    } else if let regular = RegularStep(of: column.values, series: series.series.map(\.range)) {
      series.step = policy != .ignore || regular.share >= 0.5 ? regular.step : nil
      if let finding = column.immeasurableStep(in: series.series, series.step) {
        throw Failure(finding)
      }
    }
    guard let step = series.step else { return series }
    guard policy != .ignore else {
      if model == nil { series.otherSteps = column.otherSteps(than: step, in: series.series) }
      return series
    }
    let gaps = series.series.map { column.irregularSteps(in: $0.range, step) }
    switch policy {
    case .split:
      for index in gaps.indices {
        series.series[index].stretches = Self.split(series.series[index].range, at: gaps[index])
      }
    case .error:
      if let finding = column.gap(gaps.flatMap { $0 }, in: series.series, step) {
        throw Failure(finding)
      }
    case .ignore: break
    }
    return series
  }

  private static func split(_ range: Range<Int>, at positions: [Int]) -> [Range<Int>] {
    zip([range.lowerBound] + positions, positions + [range.upperBound]).map { $0..<$1 }
  }

  // MARK: - Columns

  /// The texts of a column, none of which may be missing.
  private func texts(
    of name: String, _ meaning: String, _ findings: inout [Diagnostic]
  ) -> (codes: [Int32], labels: [String])? {
    guard case .category(let codes, let labels) = table.column(name).contents else { return nil }
    let missing = rows.filter { codes[Int($0)] < 0 }
    guard let first = missing.first else { return (codes, labels) }
    findings.append(
      SeriesFinding.missing(meaning, in: name, more: missing.count - 1).placed(
        at: table.place(name, row: Int(first))))
    return nil
  }

  private func times(in name: String, _ findings: inout [Diagnostic]) -> SeriesTimes? {
    guard let (codes, labels) = texts(of: name, "the time", &findings) else { return nil }
    let notation = TimeNotation(labels, order: model?.timeOrder ?? order)
    if notation.isAmbiguous, let row = rows.first {
      findings.append(
        DateRecognition.ambiguity(of: name, labels).placed(at: table.place(name, row: Int(row))))
      return nil
    }
    let stamps = notation.stamps(labels)
    let wrong = rows.filter { stamps[Int(codes[Int($0)])] == nil }
    if let first = wrong.first {
      findings.append(
        SeriesFinding.noTime(
          labels[Int(codes[Int(first)])], in: name, order: notation.order, more: wrong.count - 1
        ).placed(at: table.place(name, row: Int(first))))
      return nil
    }
    let kinds = stamps.map { $0?.format.kind ?? .number }
    let kind = model?.timeKind ?? rows.first.map { kinds[Int(codes[Int($0)])] } ?? .number
    if let row = rows.first(where: { kinds[Int(codes[Int($0)])] != kind }) {
      let code = Int(codes[Int(row)])
      findings.append(
        SeriesFinding.otherKind(
          labels[code], kinds[code], in: name, than: kind,
          of: model == nil ? "the first row" : "the training part"
        ).placed(at: table.place(name, row: Int(row))))
      return nil
    }
    return SeriesTimes(
      kind: kind, order: notation.order, codes: codes, labels: labels,
      values: stamps.map { $0?.value ?? .number(.nan) })
  }
}

/// A column of times as it was read.
struct SeriesTimes {
  let kind: TimeFormat.Kind
  let order: DateOrder
  /// For each row of the file the index of its text.
  let codes: [Int32]
  let labels: [String]
  /// For each text the time.
  let values: [TimeValue]
}
