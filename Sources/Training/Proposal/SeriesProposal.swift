import Configuration
import Datasets
import Numerics
import Network

/// Proposes a network that forecasts the next row of a series from those before it.
struct SeriesProposal {
  let table: TableProfile
  let request: ProposalRequest
  let series: SeriesProbe.Series

  /// Beyond this, a period is too long to be seen as a whole by a recurrent layer on a few processors.
  private static let longestPeriod = 60
  /// Rows without a period to go by: about a month of days, a day and a half of hours.
  private static let usualLength = 32
  /// Below this, a linear model on all steps of the window learns more than gates do.
  private static let fewRows = 1_000

  func make() throws -> Proposal {
    let target = table.columns[series.target.index]
    let task = try TaskChoice(
      target, wanted: request.task ?? (target.kind == .number ? .regression : nil))
    let isClassification = task.task == .classification
    let weight = try WeightChoice(table, wanted: request.weight)
    let reserved = Set([series.time, series.group].compactMap { $0 } + [series.target.index])
      .union(weight.reserved)
    let columns = try ColumnChoice(
      table, reserved: reserved, constant: request.constantColumns, needsInput: false,
      isSeries: true)
    let longest = series.rows.max { $0.count < $1.count } ?? []
    let values = target.kind == .number ? try table.numbers(of: series.target.index) : []
    let run = values.isEmpty ? [] : longest.map { values[$0] }
    let period = SeasonalPeriod.find(in: run, natural: series.step?.naturalPeriods ?? [])
    let length = windowLength(period)
    let isLinear =
      !isClassification && (longest.count < Self.fewRows || Self.drifts(run))

    var window = WindowConfig()
    window.length = length
    window.time = series.time.map { table.columns[$0].name }
    window.group = series.group.map { table.columns[$0].name }
    if series.regularity < 1 { window.gaps = .ignore }
    var data = table.dataConfig(for: request)
    data.target = [target.name]
    data.ignore = columns.ignoredNames
    data.columns = columns.settings
    data.window = window
    if let name = window.time, let order = series.dateOrder {
      var setting = ColumnConfig()
      setting.type = .datetime
      setting.order = .dates(order)
      data.columns[name] = setting
    }
    data.weight = weight.name
    if target.missing > 0 { try dropMissing(of: target, &data) }
    data.missing = table.missing(in: columns.inputs + [series.target.index])
    if !columns.incomplete.isEmpty { data.missing.strategy = .median }
    let used = (columns.inputs + [series.target.index] + weight.reserved).map {
      table.columns[$0].name
    }
    table.notations.write(to: &data, used: used)
    if columns.hasCategories { data.unseenCategories = .zeros }

    let fractions = fractions(rows: longest.count, length: length)
    data.validation = fractions.map { .fraction($0.validation, isStratified: false) }
    data.test = fractions?.test.map { .fraction($0, isStratified: false) }

    var config = RunConfig()
    config.data = data
    let rows = series.rows.reduce(0) { $0 + $1.count }
    let examples = max(1, rows - length * series.count) * 7 / 10
    config.model = model(isLinear: isLinear, rows: rows)
    config.training = training(
      isLinear: isLinear, examples: examples, isClassification, classes: target.distinct)
    if fractions != nil { config.training.stopEarly() }

    var proposal = Proposal(
      config: config, summary: summary,
      facts: [
        .init(
          Subject.target,
          "the next \(target.name), from \(length == 1 ? "the row" : "the \(length) rows") before it"
        ),
        .init(Subject.series, seriesText(period)),
        .init(
          Subject.inputs,
          "\(target.name)" + (columns.inputs.isEmpty ? "" : " and \(columns.summary)")),
        .init(Subject.heldOut, HeldOutRule.text(fractions, "the last rows")),
      ], notes: table.headerNotes())
    if let text = columns.missingText(withoutTarget: target.missing) {
      proposal.facts.append(.init(Subject.missing, text))
    }
    if let reason = series.target.reason, table.columns.count - reserved.count > 0 {
      proposal.notes.append(
        Diagnostic(
          .note, .data, code: "target", "'\(target.name)' is forecast, \(reason)",
          help: "choose another column with --target"))
    }
    if request.isSeries == nil, request.time == nil, request.group == nil {
      proposal.notes.append(
        Diagnostic(
          .note, .data, code: "series",
          series.time.map {
            "the times of '\(table.columns[$0].name)' ascend by regular steps, so the rows are taken for a series"
          } ?? "a single column of numbers is taken for a series in the order of its rows",
          help: "--no-series takes each row for an example of its own"))
    }
    if isLinear {
      proposal.notes.append(
        Diagnostic(
          .note, .data, code: "linear",
          longest.count < Self.fewRows
            ? "a series this short is forecast by a linear model, which also follows a trend"
            : "the last values lie outside of those before, and a linear model follows a trend"))
    }
    if series.regularity < 1 {
      proposal.notes.append(try gapNote())
    }
    if let name = window.time, let order = series.dateOrder {
      proposal.notes.append(Self.note(of: order, name))
    }
    proposal.notes += columns.notes + weight.notes
    if let name = weight.name { proposal.facts.append(.init(Subject.weights, name)) }
    return proposal
  }

  // MARK: - Window

  /// Whole periods and one row more, by which the change since the last period can be seen.
  private func windowLength(_ period: Int?) -> Int {
    var length = Self.usualLength
    if let period, period <= Self.longestPeriod {
      length = (12 + period - 1) / period * period + 1
    }
    // The shortest series should have windows too, if it has more than a handful of rows.
    let rows = series.rows.map(\.count).filter { $0 >= HeldOutRule.fewestRows }.min() ?? 0
    return max(1, min(length, rows / 6))
  }

  /// Parts that hold some windows each.
  private func fractions(rows: Int, length: Int) -> (validation: Double, test: Double?)? {
    switch rows {
    case ..<HeldOutRule.fewestRows: nil
    case ..<60: (0.2, nil)
    case ..<500: (0.15, 0.15)
    default: (0.1, 0.2)
    }
  }

  /// Whether most of the last values lie beyond all that the network would have learned from: gates that
  /// saturate do not reach there.
  private static func drifts(_ values: [Double]) -> Bool {
    let values = values.filter(\.isFinite)
    let (start, end) = (values.prefix(values.count * 7 / 10), values.suffix(values.count / 5))
    guard let low = start.min(), let high = start.max() else { return false }
    return end.count { $0 < low || $0 > high } * 2 > end.count
  }

  private func dropMissing(of target: ColumnProfile, _ data: inout CSVDataConfig) throws(Failure) {
    guard data.window?.time != nil else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "missing-value",
          "'\(target.name)' lacks \(Spelling.count(target.missing, "value")), and without times the gaps cannot be told",
          help: "fill them in, or name a column of times with --time"))
    }
    var setting = ColumnConfig()
    var missing = ColumnMissingConfig()
    missing.strategy = .dropRow
    setting.missing = missing
    data.columns[target.name] = setting
    // Stretches between many gaps would hold no window.
    let isRare = target.missing * 100 <= target.rows && series.regularity == 1
    data.window?.gaps = isRare ? .split : .ignore
  }

  // MARK: - Network

  private func model(isLinear: Bool, rows: Int) -> NetworkConfig {
    var model = NetworkConfig()
    if isLinear {
      model.layers = [FlattenConfig(), DenseConfig()]
    } else {
      let units = rows < 5_000 ? 16 : rows < 50_000 ? 32 : 64
      model.layers = [GRUConfig(units: units), DenseConfig()]
    }
    return model
  }

  private func training(
    isLinear: Bool, examples: Int, _ isClassification: Bool, classes: Int
  ) -> TrainingConfig {
    var training = TrainingConfig()
    training.batchSize =
      examples < 32 ? max(1, examples / 2) : examples < 300 ? 16 : examples < 20_000 ? 32 : 128
    let perEpoch = (examples + training.batchSize - 1) / training.batchSize
    // A convex problem is solved to its end; of a recurrent one the best epoch comes early.
    let iterations =
      isLinear ? 2_500 : min(20_000, 80 * Double(examples).squareRoot())
    training.epochs = RoundNumber.near(iterations / Double(perEpoch), in: 5...400)
    var optimizer = Adam()
    optimizer.learningRate = isLinear ? 0.01 : 0.003
    training.optimizer = optimizer
    training.schedule = CosineSchedule()
    if isClassification {
      training.loss = classes == 2 ? BinaryCrossEntropy() : CrossEntropy()
      training.metrics = [Accuracy()]
    } else {
      training.loss = MeanSquaredError()
      training.metrics = [RMSEMetric(), MAEMetric(), R2Metric()]
    }
    return training
  }

  // MARK: - Account

  private var summary: String {
    let rows = Spelling.count(table.rows, "row")
    guard let group = series.group else { return "a series of \(rows)" }
    return
      "\(Spelling.count(series.count, "series", plural: "series")) of \(rows) in all, told apart by \(table.columns[group].name)"
  }

  private func seriesText(_ period: Int?) -> String {
    var text =
      series.step.map { "steps of \($0.text)" } ?? "rows as they follow each other"
    if let period {
      text += ", repeated after \(period)"
      if period > Self.longestPeriod { text += ", which is more than a window holds" }
    } else {
      text += ", no period found"
    }
    return text
  }

  private static func note(of order: DateOrder, _ column: String) -> Diagnostic {
    let (first, other) =
      order == .dayFirst ? ("day", DateOrder.monthFirst) : ("month", DateOrder.dayFirst)
    return Diagnostic(
      .note, .data, code: "date-order",
      "no day of '\(column)' is beyond 12; with the \(first) first, all steps are the same",
      help: "if that is wrong, write \"\(other.rawValue)\" in data.columns")
  }

  private func gapNote() throws -> Diagnostic {
    Diagnostic(
      .note, .data, code: "gaps", try gapText(),
      help:
        "\"gaps\": \"ignore\" takes rows as they follow each other; \"split\" lets no window reach over a gap"
    )
  }

  /// `39 of 199 rows do not follow the one before them by 1 day, the first at line 7`
  private func gapText() throws -> String {
    guard let time = series.time, let step = series.step else {
      return "some steps are not regular"
    }
    let readings = try SeriesProbe.readings(table, of: time)
    let times = (readings.first { $0.order == series.dateOrder } ?? readings.first)?.times ?? []
    let pairs = series.rows.flatMap { zip($0, $0.dropFirst()) }
    let irregular = pairs.filter { !step.leads(from: times[$0.0], to: times[$0.1]) }.map(\.1)
    let place = try irregular.min().flatMap { try table.place(row: $0, column: time) }
    let isOne = irregular.count == 1
    return
      "\(Spelling.grouped(irregular.count)) of \(Spelling.count(pairs.count, "row")) "
      + (isOne ? "does not follow the one before it" : "do not follow the one before them")
      + " by \(step.text)"
      + (place.map { ", \(isOne ? "that" : "the first") at line \($0.line)" } ?? "")
  }
}
