import Configuration
import Datasets
import Numerics

/// Finds out whether the rows of a table follow each other in time, and how.
struct SeriesProbe {
  struct Series {
    /// The column of times; `nil` where the order of the rows is all there is.
    var time: Int?
    /// The order of day and month in the times where the rows do not tell it, but the steps do.
    var dateOrder: DateOrder?
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
  /// What the order of the rows is not: that of times by which they would be a series, or are said to be one.
  private(set) var note: Diagnostic?

  /// A column of numbers with such a name holds times if they ascend.
  private static let names: Set<String> = [
    "time", "timestamp", "date", "datetime", "year", "epoch", "ts", "ds",
  ]

  /// With fewer regular steps, what follows what is not a matter of time.
  static let leastRegularity = 0.5

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
        time: time, dateOrder: found.dateOrder, group: found.group, step: found.step,
        regularity: found.regularity, count: found.rows.count, rows: found.rows, target: target)
      return
    }
    if let named {
      let disorder = try SeriesDisorder.find(table, time: named, group: group)
      throw Failure(try Self.fault(of: named, in: table, disorder))
    }
    var disorder: SeriesDisorder?
    var unsorted: SeriesDisorder?
    for time in candidates
    where isAsked || Self.isForecast(table, request, excluding: [time, group, weight]) {
      let found = try SeriesDisorder.find(table, time: time, group: group)
      if found?.isSortable == true {
        disorder = found
        break
      }
      unsorted = unsorted ?? found
    }
    if isAsked, let disorder {
      let name = table.columns[disorder.column].name
      throw Failure(
        Diagnostic(
          .error, .data, code: "time-order",
          "--series: the times of '\(name)' do not ascend: \(try disorder.text(table))",
          help: disorder.help))
    }
    let only = table.columns.count == 1 && table.columns[0].kind == .number
    guard isAsked || only else {
      series = nil
      note = try disorder?.note(table)
      return
    }
    let target = try TargetChoice(
      table, wanted: request.target, excluding: Set([group, weight].compactMap { $0 }))
    let rows = try group.map { try Self.rows(table, by: $0) } ?? [Array(0..<table.rows)]
    series = Series(group: group, count: rows.count, rows: rows, target: target)
    note = try unsorted?.noteOfRows(table)
  }

  /// Whether the target is a number, which has a course in time.
  private static func isForecast(
    _ table: TableProfile, _ request: ProposalRequest, excluding excluded: [Int?]
  ) -> Bool {
    guard
      let target = try? TargetChoice(
        table, wanted: request.target, excluding: Set(excluded.compactMap { $0 }))
    else { return false }
    let column = table.columns[target.index]
    let task = try? TaskChoice(column, wanted: request.task)
    return column.kind == .number && task?.task == .regression
  }

  private static func timeColumns(of table: TableProfile) -> [Int] {
    table.columns.indices.filter {
      let column = table.columns[$0]
      if column.kind == .time {
        if case .ambiguous = column.dateFault { return true }
        return column.dateFault == nil
      }
      return column.kind == .number && column.missing == 0
        && names.contains(column.name.lowercased())
        && table.columns.count > 1
    }
  }

  /// Why the rows are in no order of the times of a column that was asked for.
  private static func fault(
    of index: Int, in table: TableProfile, _ disorder: SeriesDisorder?
  ) throws -> Diagnostic {
    let column = table.columns[index]
    func finding(_ code: String, _ message: String, _ help: String) -> Diagnostic {
      Diagnostic(.error, .data, code: code, "--time \(column.name): \(message)", help: help)
    }
    let notation = "write all times in one way, as in 2023-12-31 23:59, or as numbers"
    if column.missing > 0 {
      return finding(
        "missing-value",
        "\(Spelling.count(column.missing, "time")) of \(Spelling.count(column.rows, "row")) "
          + (column.missing == 1 ? "is" : "are") + " missing",
        "every row of a series has to say when it was")
    }
    if let fault = column.dateFault {
      switch fault {
      case .unread(let text), .other(let text, _), .several(_, let text):
        return finding(
          "not-a-time", fault.reason,
          "write '\(text.prefix(40))' as the other times, or all as in 2023-12-31 23:59")
      case .ambiguous:
        return finding(
          "ambiguous-dates", fault.reason,
          "write them as in 2023-12-31; or write a configuration with "
            + DateRecognition.settingOfOrder(for: column.name)
        )
      }
    }
    if column.kind == .category || column.kind == .empty {
      return finding("not-a-time", "it holds no times", notation)
    }
    if column.kind == .number, column.numbers < column.rows {
      return finding("not-a-time", "not all its fields are numbers", notation)
    }
    let line = try disorder.map { ": \(try $0.text(table))" } ?? ""
    return finding(
      "time-order", "the times do not ascend\(line)",
      "sort the rows by time, or name the column that tells several series apart with --group")
  }

  // MARK: - Order

  private struct Order {
    var dateOrder: DateOrder?
    var group: Int?
    var step: TimeStep?
    var regularity: Double
    var rows: [[Int]]
    var isRegular: Bool { regularity >= SeriesProbe.leastRegularity }
  }

  /// The rows in time, as one series or as those of a column that tells them apart.
  ///
  /// - Returns: `nil` if they do not ascend, or if they do so with the day first and with the month
  ///   first and their steps do not tell which it is.
  private static func order(_ table: TableProfile, time: Int, group: Int?) throws -> Order? {
    guard table.columns[time].missing == 0 else { return nil }
    let readings = try readings(table, of: time)
    let found = try readings.compactMap { reading -> Order? in
      var order = try order(table, reading.times, time: time, group: group)
      order?.dateOrder = reading.order
      return order
    }
    if found.count < 2 { return found.first }
    let regular = found.filter { $0.regularity == 1 }
    return regular.count == 1 ? regular.first : nil
  }

  private static func order(
    _ table: TableProfile, _ times: [TimeValue], time: Int, group: Int?
  ) throws -> Order? {
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

  /// The times of a column as its rows tell how to read them, or in the two orders that they leave open.
  ///
  /// - Returns: none if a field is no time, or one of another kind than the first.
  static func readings(
    _ table: TableProfile, of column: Int
  ) throws -> [(order: DateOrder?, times: [TimeValue])] {
    let (codes, labels) = try table.labels(of: column)
    guard codes.allSatisfy({ $0 >= 0 }) else { return [] }
    let isAmbiguous = TimeNotation(labels).isAmbiguous
    let orders: [DateOrder?] = isAmbiguous ? [.dayFirst, .monthFirst] : [nil]
    return orders.compactMap { order in
      let stamps = TimeNotation(labels, order: order).stamps(labels)
      guard let kind = stamps.first??.format.kind,
        stamps.allSatisfy({ $0?.format.kind == kind })
      else { return nil }
      return (order, codes.compactMap { stamps[Int($0)]?.value })
    }
  }

  static func rows(_ table: TableProfile, by column: Int) throws -> [[Int]] {
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

  /// Where a field stands.
  func place(row: Int, column: Int) throws -> Place? {
    try table(of: column, as: .category).place(row: row, column: column)
  }

  private func read(_ column: Int, as decision: CSVColumnDecision) throws -> CSVColumn {
    try table(of: column, as: decision).columns[column]
  }

  private func table(of column: Int, as decision: CSVColumnDecision) throws -> CSVTable {
    var words = MissingWords.all
    words += columns[column].hasMissingWordsOfItsOwn ? columns[column].others.map(\.text) : []
    return try CSVTable(
      reading: CSVSource(contents, dialect: dialect), header: header,
      decisions: columns.indices.map { $0 == column ? decision : .skip },
      notations: columns.map(\.notation), missing: MissingTokens(words))
  }
}
