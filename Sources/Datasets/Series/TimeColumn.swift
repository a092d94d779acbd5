import Configuration

/// The times of series, one behind the other.
struct TimeColumn {
  let name: String
  let values: [TimeValue]
  private let times: SeriesTimes
  private let order: [Int32]
  private let table: LoadedTable

  init(name: String, times: SeriesTimes, order: [Int32], table: LoadedTable) {
    self.name = name
    self.times = times
    self.order = order
    self.table = table
    values = order.map { times.values[Int(times.codes[Int($0)])] }
  }

  /// The first time in the file that does not lie behind the one before it.
  func disorder(in series: [SeriesRows.Series]) -> Diagnostic? {
    let positions = series.flatMap { series in
      series.range.dropFirst().filter { !values[$0 - 1].isBefore(values[$0]) }
    }
    guard let first = firstInFile(positions) else { return nil }
    return SeriesFinding.disorder(
      text(first), after: text(first - 1), isSame: values[first - 1] == values[first], in: name,
      of: owner(of: first, series), more: positions.count - 1
    ).placed(at: place(first))
  }

  /// What to say of a regular step that a model cannot hold; `nil` for one that it can.
  func immeasurableStep(in series: [SeriesRows.Series], _ step: TimeStep?) -> Diagnostic? {
    guard let step, !step.count.fitsSinglePrecision else { return nil }
    let positions = series.flatMap { series in
      series.range.dropFirst().filter {
        guard case (.number(let first), .number(let second)) = (values[$0 - 1], values[$0]) else {
          return false
        }
        return !(second - first).fitsSinglePrecision
      }
    }
    guard let first = firstInFile(positions) else { return nil }
    return SeriesFinding.immeasurable(
      text(first), after: text(first - 1), in: name, step: step
    ).placed(at: place(first))
  }

  /// The positions that do not follow the one before them by the regular step.
  func irregularSteps(in range: Range<Int>, _ step: TimeStep) -> [Int] {
    range.dropFirst().filter { !step.leads(from: values[$0 - 1], to: values[$0]) }
  }

  /// The series whose rows follow each other by a regular step that is not this one.
  func otherSteps(
    than step: TimeStep, in series: [SeriesRows.Series]
  ) -> [SeriesRows.OtherStep] {
    series.compactMap { series in
      let pairs = series.range.count - 1
      guard let name = series.name, pairs > 1,
        irregularSteps(in: series.range, step).count * 2 > pairs,
        let own = RegularStep(of: values, series: [series.range]), own.share > 0.5
      else { return nil }
      return SeriesRows.OtherStep(name: name, step: own.step)
    }
  }

  /// What to say of the first of the irregular steps.
  func gap(
    _ positions: [Int], in series: [SeriesRows.Series], _ step: TimeStep
  ) -> Diagnostic? {
    guard let first = firstInFile(positions) else { return nil }
    return SeriesFinding.gap(
      text(first), after: text(first - 1),
      distance: step.distance(from: values[first - 1], to: values[first]), in: name,
      of: owner(of: first, series), step: step, more: positions.count - 1,
      help:
        "data.window.gaps: \"split\" lets no window reach over it, \"ignore\" takes the rows as "
        + "they follow each other"
    ).placed(at: place(first))
  }

  private func firstInFile(_ positions: [Int]) -> Int? {
    positions.min { order[$0] < order[$1] }
  }

  private func text(_ position: Int) -> String {
    times.labels[Int(times.codes[Int(order[position])])]
  }

  private func owner(of position: Int, _ series: [SeriesRows.Series]) -> String? {
    series.first { $0.range.contains(position) }?.name
  }

  private func place(_ position: Int) -> Place? { table.place(name, row: Int(order[position])) }
}
