import Configuration
import Datasets
import Numerics

/// The first row that keeps the times of a column from ascending, as those of a series do.
struct SeriesDisorder {
  /// The column of times.
  let column: Int
  /// The row, and the one before it in its series, both from 0.
  let row: Int
  let previous: Int
  /// Whether both have one time.
  let isSame: Bool
  /// How many more such rows there are.
  let more: Int
  /// Whether the rows would be a series but for some that come twice, once they are sorted.
  let isSortable: Bool

  /// Of fewer rows it is chance whether steps are the same.
  private static let fewestRows = 20
  /// Where more of a hundred times come twice, the rows are no single series.
  private static let mostRepeated = 1

  /// - Returns: `nil` for a column without times, and for one whose times ascend.
  static func find(_ table: TableProfile, time: Int, group: Int?) throws -> SeriesDisorder? {
    guard table.columns[time].missing == 0 else { return nil }
    let series = try group.map { try SeriesProbe.rows(table, by: $0) } ?? [Array(0..<table.rows)]
    let found = try SeriesProbe.readings(table, of: time).compactMap {
      Self.find($0.times, series, column: time)
    }
    return found.first(where: \.isSortable) ?? found.first
  }

  private static func find(
    _ times: [TimeValue], _ series: [[Int]], column: Int
  ) -> SeriesDisorder? {
    let pairs = series.flatMap { rows in
      zip(rows, rows.dropFirst()).filter { !times[$0.0].isBefore(times[$0.1]) }
    }
    guard let first = pairs.min(by: { $0.1 < $1.1 }) else { return nil }
    return SeriesDisorder(
      column: column, row: first.1, previous: first.0,
      isSame: times[first.0] == times[first.1], more: pairs.count - 1,
      isSortable: isSortable(times, series))
  }

  private static func isSortable(_ times: [TimeValue], _ series: [[Int]]) -> Bool {
    guard times.count >= fewestRows else { return false }
    var ordered: [TimeValue] = []
    var ranges: [Range<Int>] = []
    var repeated = 0
    for rows in series {
      let start = ordered.count
      for time in rows.map({ times[$0] }).sorted(by: { $0.isBefore($1) }) {
        if ordered.count > start, let last = ordered.last, !last.isBefore(time) {
          repeated += 1
        } else {
          ordered.append(time)
        }
      }
      ranges.append(start..<ordered.count)
    }
    guard repeated <= max(1, times.count * mostRepeated / 100),
      let step = RegularStep(of: ordered, series: ranges)
    else { return false }
    return step.share >= SeriesProbe.leastRegularity
  }

  // MARK: - Words

  /// `line 202 repeats the time of the row before it, '2022-07-19'`
  func text(_ table: TableProfile) throws -> String {
    let (codes, labels) = try table.labels(of: column)
    let line = try table.place(row: row, column: column).map { "line \($0.line)" }
    let (time, other) = (labels[Int(codes[row])], labels[Int(codes[previous])])
    let fault =
      isSame
      ? "repeats the time of the row before it, '\(time.prefix(40))'"
      : "has '\(time.prefix(40))', which comes before '\(other.prefix(40))' of the row before it"
    return "\(line ?? "row \(row + 1)") \(fault)"
      + (more > 0 ? " (and \(Spelling.count(more, "more row")) of the kind)" : "")
  }

  /// What to do about it.
  var help: String {
    "sort the rows by time" + (isSame ? ", and keep one of those with the same" : "")
  }

  /// For who asked for a series that no times order.
  func noteOfRows(_ table: TableProfile) throws -> Diagnostic {
    let line = try text(table)
    return Diagnostic(
      .note, .data, code: "time-order",
      "the rows are taken as they follow each other, although the times of "
        + "'\(table.columns[column].name)' do not: \(line)",
      help: "sort the rows by time, or name the column that tells several series apart with --group"
    )
  }

  /// For who did not ask for a series.
  func note(_ table: TableProfile) throws -> Diagnostic {
    let line = try text(table)
    return Diagnostic(
      .note, .data, code: "time-order",
      "the times of '\(table.columns[column].name)' would make a series, but \(line)",
      help: help + " to have one forecast; --no-series says that it is none")
  }
}
