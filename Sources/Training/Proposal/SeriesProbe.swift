import Configuration
import Datasets
import Numerics

/// Finds out whether the rows of a table follow each other in time, and how.
struct SeriesProbe {
  struct Series {
    /// The column of times; `nil` where the order of the rows is all there is.
    var time: Int?
    /// The column that tells several series apart.
    var group: Int?
    /// The most frequent step; `nil` without times.
    var step: TimeStep?
    /// The share of rows that lie that step behind the one before them.
    var regularity = 1.0
    /// How many series there are.
    var count = 1
    /// The rows of each series in the order of the file.
    var rows: [[Int]]
    /// The column to forecast.
    var target: TargetChoice
  }

  /// The rows as series; `nil` if they are examples.
  let series: Series?

  /// A column of numbers with such a name holds times if they ascend.
  private static let names: Set<String> = [
    "time", "timestamp", "date", "datetime", "year", "epoch", "ts", "ds",
  ]

  /// With fewer regular steps, what follows what is not a matter of time.
  private static let leastRegularity = 0.5

  /// - Throws: `Failure` if the rows are said to be a series and cannot be one.
  init(_ table: TableProfile, _ request: ProposalRequest) throws {
    let isAsked = request.isSeries == true || request.time != nil
    guard request.isSeries != false else {
      if request.time != nil {
        throw Failure(
          Diagnostic(.error, .usage, code: "contradiction", "--no-series contradicts --time"))
      }
      series = nil
      return
    }
    let named = try request.time.map { try table.require($0, for: "--time") }
    let group = try request.group.map { try table.require($0, for: "--group") }
    let weight = try request.weight.map { try table.require($0, for: "--weight") }
    let candidates = named.map { [$0] } ?? Self.timeColumns(of: table)
    for time in candidates {
      guard let found = try Self.order(table, time: time, group: group),
        isAsked || group != nil || found.isRegular
      else { continue }
      let excluded = Set([time, found.group, weight].compactMap { $0 })
      let target = try TargetChoice(table, wanted: request.target, excluding: excluded)
      let column = table.columns[target.index]
      let task = try TaskChoice(column, wanted: request.task)
      // A class is what a row is, a number with a time what it becomes.
      let isForecast = column.kind == .number && (task.task == .regression || isAsked)
      if !isAsked, !isForecast { continue }
      series = Series(
        time: time, group: found.group, step: found.step, regularity: found.regularity,
        count: found.rows.count, rows: found.rows, target: target)
      return
    }
    if let named {
      throw Failure(
        Diagnostic(
          .error, .data, code: "time-order",
          "the times of '\(table.columns[named].name)' do not ascend, or are of different kinds",
          help:
            "sort the rows by time, or name the column that tells several series apart with --group"
        ))
    }
    let only = table.columns.count == 1 && table.columns[0].kind == .number
    guard isAsked || only else {
      series = nil
      return
    }
    let target = try TargetChoice(
      table, wanted: request.target, excluding: Set([group, weight].compactMap { $0 }))
    let rows = try group.map { try Self.rows(table, by: $0) } ?? [Array(0..<table.rows)]
    series = Series(group: group, count: rows.count, rows: rows, target: target)
  }

  private static func timeColumns(of table: TableProfile) -> [Int] {
    table.columns.indices.filter {
      let column = table.columns[$0]
      if column.kind == .time { return true }
      return column.kind == .number && column.missing == 0
        && names.contains(column.name.lowercased())
        && table.columns.count > 1
    }
  }

  // MARK: - Order

  private struct Order {
    var group: Int?
    var step: TimeStep?
    var regularity: Double
    var rows: [[Int]]
    var isRegular: Bool { regularity >= SeriesProbe.leastRegularity }
  }

  /// The rows in time, as one series or as those of a column that tells them apart.
  ///
  /// - Returns: `nil` if they do not ascend.
  private static func order(_ table: TableProfile, time: Int, group: Int?) throws -> Order? {
    guard table.columns[time].missing == 0, let times = try times(table, in: time) else {
      return nil
    }
    if let group {
      return order(times, try rows(table, by: group), group: group)
    }
    if let order = order(times, [Array(0..<table.rows)], group: nil) { return order }
    for column in table.columns.indices
    where column != time && table.columns[column].kind == .category
      && table.columns[column].missing == 0
    {
      let rows = try rows(table, by: column)
      if rows.count * 10 <= table.rows, let order = order(times, rows, group: column) {
        return order
      }
    }
    return nil
  }

  private static func order(_ times: [TimeValue], _ rows: [[Int]], group: Int?) -> Order? {
    var ordered: [TimeValue] = []
    var ranges: [Range<Int>] = []
    for series in rows {
      let start = ordered.count
      for row in series {
        if ordered.count > start, let last = ordered.last, !last.isBefore(times[row]) { return nil }
        ordered.append(times[row])
      }
      ranges.append(start..<ordered.count)
    }
    guard let step = RegularStep(of: ordered, series: ranges) else { return nil }
    return Order(group: group, step: step.step, regularity: step.share, rows: rows)
  }

  /// - Returns: `nil` if a field is no time, or one of another kind than the first.
  private static func times(_ table: TableProfile, in column: Int) throws -> [TimeValue]? {
    let (codes, labels) = try table.labels(of: column)
    let stamps = labels.map { TimeStamp.parse($0) }
    guard let kind = stamps.first??.format.kind,
      stamps.allSatisfy({ $0?.format.kind == kind }), codes.allSatisfy({ $0 >= 0 })
    else { return nil }
    return codes.compactMap { stamps[Int($0)]?.value }
  }

  private static func rows(_ table: TableProfile, by column: Int) throws -> [[Int]] {
    let (codes, labels) = try table.labels(of: column)
    var rows = [[Int]](repeating: [], count: labels.count)
    for (row, code) in codes.enumerated() where code >= 0 { rows[Int(code)].append(row) }
    return rows
  }
}

extension TableProfile {
  /// One column as texts: for each row the index of its text, −1 for a missing one.
  func labels(of column: Int) throws -> (codes: [Int32], labels: [String]) {
    guard
      case .category(let codes, let labels) = try read(column, as: .category).contents
    else { return ([], []) }
    return (codes, labels)
  }

  /// One column as numbers, NaN for a missing one.
  func numbers(of column: Int) throws -> [Double] {
    guard case .number(let values) = try read(column, as: .number).contents else { return [] }
    return Array(values.values)
  }

  private func read(_ column: Int, as decision: CSVColumnDecision) throws -> CSVColumn {
    var words = MissingWords.all
    words += columns[column].hasMissingWordsOfItsOwn ? columns[column].others.map(\.text) : []
    return try CSVTable(
      reading: CSVSource(contents, dialect: dialect), header: header,
      decisions: columns.indices.map { $0 == column ? decision : .skip },
      notations: columns.map(\.notation), missing: MissingTokens(words)
    ).columns[column]
  }
}
