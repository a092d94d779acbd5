import Configuration

/// Keeps the last rows of each series of a text, as its rows arrive, to forecast from.
///
/// Memory grows with the number of series and not with that of rows.
package struct SeriesStream {
  package let window: WindowEncoding
  private var encoder: RowEncoder
  private let missing: MissingTokens
  private let file: String
  private let groupField: Int?
  private let timeField: Int?
  /// Where the columns lie whose rows without a value are left out.
  private let dropping: [(field: Int, holdsNumbers: Bool)]
  private var tails: [SeriesTail] = []
  private var indices: [String?: Int] = [:]
  /// Rows that are left out of series that have no other yet.
  private var droppedBefore: [String?: Int] = [:]
  /// Those of one row.
  private var inputs: [Float]

  /// - Parameters:
  ///   - columns: of the text, in its order.
  ///   - dropping: the columns whose rows without a value are left out, as in training.
  /// - Throws: `Failure` naming all columns that the text lacks.
  package init(
    _ encoding: TableEncoding, _ window: WindowEncoding, columns: [String],
    dropping: Set<String> = [], file: String
  ) throws {
    self.window = window
    self.file = file
    encoder = try RowEncoder(encoding, columns: columns, file: file)
    missing = encoding.missing
    groupField = window.group.flatMap { columns.firstIndex(of: $0) }
    timeField = window.time.flatMap { columns.firstIndex(of: $0) }
    self.dropping = encoding.features.filter { dropping.contains($0.name) }.compactMap { feature in
      columns.firstIndex(of: feature.name).map { ($0, feature.holdsNumbers) }
    }
    inputs = [Float](repeating: 0, count: encoding.width)
    if groupField == nil { _ = index(of: nil) }
  }

  /// The columns of the text that the model does not use.
  package var extraColumns: [String] { encoder.extraColumns }

  /// How many series there are; they are numbered in the order in which they begin.
  package var count: Int { tails.count }

  /// What became of a row.
  package enum Outcome {
    /// It is the next one of this series.
    case taken(series: Int)
    /// It is wrong, for which its series has ended.
    case wrong([Diagnostic])
    /// Its series had ended before.
    case skipped
    /// It lacks a value without which training left rows out.
    case dropped
  }

  /// Takes a row.
  ///
  /// - Throws: `Failure` if it cannot be told to which series the row belongs, with its place.
  package mutating func take(_ row: CSVRow) throws(Failure) -> Outcome {
    try encoder.checkWidth(of: row)
    if lacksValue(row) {
      noteDropped(row)
      return .dropped
    }
    let index = groupField == nil ? 0 : index(of: try group(of: row))
    if tails[index].hasEnded { return .skipped }
    do throws(Failure) {
      try encode(row)
      let (time, gap) = try time(of: row, in: index)
      inputs.withUnsafeBufferPointer { tails[index].append($0, at: time, gap: gap) }
      return .taken(series: index)
    } catch {
      end(index)
      return .wrong(error.diagnostics)
    }
  }

  /// Takes no further rows of a series.
  package mutating func end(_ series: Int) { tails[series].hasEnded = true }

  package func hasEnded(_ series: Int) -> Bool { tails[series].hasEnded }

  /// Whether a series is long enough for a window that ends with its last row.
  package func hasWindow(_ series: Int) -> Bool { tails[series].isFull }

  /// Rows of a series so far.
  package func rows(of series: Int) -> Int { tails[series].count }

  /// The irregular step within the last window, if the model does not ignore them.
  package func gap(in series: Int) -> Diagnostic? { tails[series].lastGap }

  /// Copies the inputs of the last window.
  ///
  /// - Precondition: the series has one.
  package func copyWindow(of series: Int, to target: UnsafeMutablePointer<Float>) {
    tails[series].copyWindow(to: target)
  }

  /// What the forecast from the last row of a series starts from.
  package func origin(of series: Int) -> ForecastOrigin {
    ForecastOrigin(tails[series], step: window.step)
  }

  /// Why there is no forecast from the last row of a series; `nil` if there is one.
  package func problem(of series: Int) -> Diagnostic? {
    let tail = tails[series]
    if tail.isFull { return tail.lastGap }
    let owner =
      tail.name.map { "the series '\($0.prefix(40))' of \(Spelling.file(file))" }
      ?? Spelling.file(file)
    return Diagnostic(
      .error, .data, code: "too-few-rows",
      "\(owner) has \(Spelling.count(tail.count, "row")), but the model forecasts from "
        + Spelling.grouped(window.length))
  }

  // MARK: - One row

  private func lacksValue(_ row: CSVRow) -> Bool {
    dropping.contains { field, holdsNumbers in
      let text = row.bytes(at: field)
      return missing.contains(text) || holdsNumbers && missing.containsInNumbersOnly(text)
    }
  }

  private mutating func encode(_ row: CSVRow) throws(Failure) {
    var encoder = encoder
    try inputs.withUnsafeMutableBufferPointer { (inputs) throws(Failure) in
      if let base = inputs.baseAddress { try encoder.encode(row, into: base) }
    }
  }

  /// Counts a row that is left out, of a series that may have none yet; one that cannot be told is of none.
  private mutating func noteDropped(_ row: CSVRow) {
    guard groupField != nil else {
      tails[0].dropped += 1
      return
    }
    guard let group = try? group(of: row) else { return }
    if let index = indices[group] {
      tails[index].dropped += 1
    } else {
      droppedBefore[group, default: 0] += 1
    }
  }

  private mutating func index(of group: String?) -> Int {
    if let index = indices[group] { return index }
    indices[group] = tails.count
    defer { tails[tails.count - 1].dropped = droppedBefore.removeValue(forKey: group) ?? 0 }
    tails.append(
      SeriesTail(
        name: group, length: window.length, width: inputs.count,
        countsDays: window.step?.unit == .month))
    return tails.count - 1
  }

  private func group(of row: CSVRow) throws(Failure) -> String? {
    guard let field = groupField, let column = window.group else { return nil }
    guard !missing.contains(row.bytes(at: field)) else {
      throw Failure(
        SeriesFinding.missing("the group", in: column).placed(at: row.place(ofField: field)))
    }
    return try row.string(at: field)
  }

  /// The time of a row, and what is irregular about it.
  private func time(
    of row: CSVRow, in series: Int
  ) throws(Failure) -> (TimeStamp?, Diagnostic?) {
    guard let field = timeField, let column = window.time else { return (nil, nil) }
    let bytes = row.bytes(at: field)
    // Texts are made for findings only: this is done for every row.
    func text() -> String { String(decoding: bytes.prefix(40), as: UTF8.self) }
    func failure(_ finding: Diagnostic) -> Failure {
      Failure(finding.placed(at: row.place(ofField: field)))
    }
    guard !missing.contains(bytes) else {
      throw failure(SeriesFinding.missing("the time", in: column))
    }
    let order = window.timeOrder ?? .yearFirst
    guard let stamp = TimeStamp.parse(bytes, order: order) else {
      throw failure(SeriesFinding.noTime(text(), in: column, order: order))
    }
    if let kind = window.timeKind, stamp.format.kind != kind {
      throw failure(
        SeriesFinding.otherKind(
          text(), stamp.format.kind, in: column, than: kind, of: "the training part"))
    }
    guard let last = tails[series].time else { return (stamp, nil) }
    guard last.value.isBefore(stamp.value) else {
      throw failure(
        SeriesFinding.disorder(
          text(), after: last.format.text(last.value), isSame: last.value == stamp.value,
          in: column, of: tails[series].name))
    }
    guard window.gaps != .ignore, let step = window.step,
      !step.leads(from: last.value, to: stamp.value)
    else { return (stamp, nil) }
    let gap = SeriesFinding.gap(
      text(), after: last.format.text(last.value),
      distance: step.distance(from: last.value, to: stamp.value), in: column,
      of: tails[series].name, step: step,
      help: "the model forecasts from \(Spelling.count(window.length, "row")) without a gap")
    return (stamp, gap.placed(at: row.place(ofField: field)))
  }
}

/// The last row before a forecast.
package struct ForecastOrigin: Sendable {
  /// What tells its series apart from others.
  package let group: String?
  /// Which row of its series it is, from 1.
  package let row: Int
  private let time: TimeStamp?
  private let days: MonthDays
  private let step: TimeStep?

  init(_ tail: SeriesTail, step: TimeStep?) {
    group = tail.name
    row = tail.count + tail.dropped
    time = tail.time
    days = tail.days
    self.step = step
  }

  /// The time so many steps later, as the text writes times.
  ///
  /// - Returns: `nil` if the model knows no regular step.
  package func time(after steps: Int) -> String? {
    guard let time, let step, let later = step.time(steps, after: time.value, days: days) else {
      return nil
    }
    return time.format.text(later, step: step)
  }
}
