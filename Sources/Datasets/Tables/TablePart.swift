/// The examples of a part that lie in one table.
struct TablePart: Sendable {
  let table: LoadedTable
  /// The rows whose values come into sight: examples themselves, or rows under windows.
  let rows: [Int32]
  /// Where examples are windows over rows.
  var windows: SeriesWindows?
  /// Whether a file holds it by itself, so that nothing of it was in the training file.
  var isOwnFile = false

  /// Which of the file's examples belong to the part.
  var examples: [Int32] { windows?.starts ?? rows }

  /// The line of an example and what it says in some columns; of a window those of the first row that it predicts.
  ///
  /// - Parameter window: what windows see, if examples are windows.
  func description(
    of example: Int32, columns: [String], _ window: WindowEncoding?
  ) -> ExampleDescription {
    let rows = predictedRows(of: example, window)
    let row = rows[0]
    let time = window?.time.flatMap { table.hasColumn($0) ? $0 : nil }
    return ExampleDescription(
      place: table.place(ofRow: row).map { "\($0.file):\($0.line)" } ?? table.file,
      fields: columns.filter(table.hasColumn).map { ($0, table.text($0, row: row)) },
      series: window?.group.flatMap { table.hasColumn($0) ? table.text($0, row: row) : nil },
      times: time.map { time in rows.map { table.text(time, row: $0) } } ?? [])
  }

  /// The row of an example, or those that a window predicts.
  private func predictedRows(of example: Int32, _ window: WindowEncoding?) -> [Int] {
    guard let windows, let window else { return [Int(example)] }
    let first = Int(example) + window.length
    return windows.order[first..<first + window.horizon].map(Int.init)
  }

  /// The rows that hold the answers of the examples, those of several windows once for each.
  func answerRows(_ window: WindowEncoding?) -> [Int32] {
    guard let windows, let window else { return rows }
    return windows.starts.flatMap { predictedRows(of: $0, window).map(Int32.init) }
  }
}
