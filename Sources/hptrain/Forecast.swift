import Configuration
import Datasets
import Training

/// Forecasts series from their last rows.
struct Forecast {
  private let window: WindowEncoding
  private let predictor: Predictor
  private var writer: PredictionWriter
  private var stream: SeriesStream
  /// Where the forecasts that wait in the predictor start.
  private var origins: [ForecastOrigin] = []
  private let every: Int?
  /// Whether lines name the row that they start from, since nothing else tells several forecasts of a series apart.
  private let namesRows: Bool
  private let file: String
  /// Series that a wrong row has ended.
  private var ended = 0
  /// Rows without a value without which training left rows out.
  private(set) var dropped = 0

  /// - Parameter every: rows of a series from one forecast to the next; `nil` for one at its end.
  init(
    _ encoding: TableEncoding, _ window: WindowEncoding, _ predictor: Predictor,
    columns: [String], file: String, format: Predict.Format, every: Int?
  ) throws {
    self.window = window
    self.predictor = predictor
    self.every = every
    self.file = file
    let data = predictor.model.config.data as? CSVDataConfig
    stream = try SeriesStream(
      encoding, window, columns: columns,
      dropping: Set(columns.filter { data?.dropsAtPrediction($0) == true }), file: file)
    let time = window.step.flatMap { _ in window.time }
    namesRows = every != nil && time == nil
    writer = PredictionWriter(
      window.rowTarget(of: encoding.target), format: format,
      leading: [window.group, namesRows ? "row" : nil, time ?? "step"].compactMap { $0 })
  }

  var extraColumns: [String] { stream.extraColumns }

  mutating func writeHeader() throws { try writer.writeHeader() }

  /// Takes the next row.
  ///
  /// A row that is wrong is reported and ends its series, and no other one.
  ///
  /// - Throws: `Failure` if the row is wrong and no other series can go on, or cannot be told which.
  mutating func take(_ row: CSVRow) throws {
    switch try stream.take(row) {
    case .taken(let series):
      guard isDue(series) else { return }
      guard let gap = stream.gap(in: series) else { return try add(series) }
      // A model whose windows were split at gaps forecasts again as soon as one is past.
      guard window.gaps == .error else { return }
      stream.end(series)
      try reportEnd([gap])
    case .wrong(let findings): try reportEnd(findings)
    case .dropped: dropped += 1
    case .skipped: break
    }
  }

  /// Whether a forecast is to follow the last row of a series so far, even if other rows follow it.
  private func isDue(_ series: Int) -> Bool {
    guard let every, stream.hasWindow(series) else { return false }
    return (stream.rows(of: series) - window.length) % every == 0
  }

  /// Tells at once why a series has ended, since others may go on for long.
  private mutating func reportEnd(_ findings: [Diagnostic]) throws {
    guard window.group != nil else { throw Failure(findings) }
    ended += 1
    if ended <= Self.mostFindings { Console.show(findings) }
  }

  /// Forecasts from the last row of each series where that was not done already.
  ///
  /// - Throws: `Failure` naming the series that have no forecast; that of the others is written.
  mutating func finish() throws {
    guard stream.count > 0 else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "no-rows",
          "\(Spelling.file(file)) has no row to forecast from"))
    }
    var findings: [Diagnostic] = []
    for series in 0..<stream.count where !stream.hasEnded(series) {
      if let problem = stream.problem(of: series) {
        findings.append(problem)
      } else if !isDue(series) {
        try add(series)
      }
    }
    try flush()
    findings = Self.shortened(findings)
    if ended > 0 {
      findings.append(
        Diagnostic(
          .error, .data, code: "ended-series",
          "\(Spelling.grouped(ended)) of \(Spelling.count(stream.count, "series", plural: "series")) "
            + "ended with a wrong row"))
    }
    if !findings.isEmpty { throw Failure(findings) }
  }

  private static let mostFindings = 20

  private static func shortened(_ findings: [Diagnostic]) -> [Diagnostic] {
    let more = findings.count - mostFindings
    guard more > 0 else { return findings }
    return findings.prefix(mostFindings) + [
      Diagnostic(
        .error, .data, code: "more-errors",
        "\(Spelling.count(more, "more series", plural: "more series")) cannot be forecast")
    ]
  }

  private mutating func add(_ series: Int) throws {
    stream.copyWindow(of: series, to: predictor.nextInputs)
    predictor.commit()
    origins.append(stream.origin(of: series))
    if predictor.pending == predictor.capacity { try flush() }
  }

  /// Writes what is pending.
  mutating func flush() throws {
    var index = 0
    try predictor.flush { prediction in
      try write(prediction, origins[index])
      index += 1
    }
    origins.removeAll(keepingCapacity: true)
    try writer.flush()
  }

  private mutating func write(_ prediction: Prediction, _ origin: ForecastOrigin) throws {
    for (index, answer) in prediction.rows(window.horizon).enumerated() {
      let step = index + 1
      let time = origin.time(after: step)
      var fields = [time ?? String(step)]
      var members = [JSONMember("step", .integer(step))]
      if let time { members.append(JSONMember("time", json(time: time))) }
      if namesRows {
        fields.insert(String(origin.row), at: 0)
        members.insert(JSONMember("row", .integer(origin.row)), at: 0)
      }
      if let group = origin.group {
        fields.insert(group, at: 0)
        members.insert(JSONMember("group", .string(group)), at: 0)
      }
      try writer.write(answer, fields: fields, members: members)
    }
  }

  /// Times that are numbers are numbers in JSON too, in the same notation.
  private func json(time: String) -> JSONValue {
    guard window.timeKind == .number, let number = Double(time) else { return .string(time) }
    return JSONValue(.number(JSONNumber(text: time, value: number)))
  }
}
