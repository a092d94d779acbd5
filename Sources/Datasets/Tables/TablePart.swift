/// The examples of a part that lie in one table.
struct TablePart: Sendable {
  let table: LoadedTable
  /// The rows whose values come into sight: examples themselves, or rows under windows.
  let rows: [Int32]
  /// Where examples are windows over rows.
  var windows: SeriesWindows?

  /// Which of the file's examples belong to the part.
  var examples: [Int32] { windows?.starts ?? rows }

  /// The line of an example and what it says in some columns; of a window those of the row in which it begins.
  func description(of example: Int32, columns: [String]) -> ExampleDescription {
    let row = Int(windows.map { $0.order[Int(example)] } ?? example)
    return ExampleDescription(
      place: table.place(ofRow: row).map { "\($0.file):\($0.line)" } ?? table.file,
      fields: columns.filter(table.hasColumn).map { ($0, table.text($0, row: row)) })
  }

  /// The rows that hold the answers of the examples, those of several windows once for each.
  func answerRows(_ window: WindowEncoding?) -> [Int32] {
    guard let windows, let window else { return rows }
    return windows.starts.flatMap { start in
      windows.order[Int(start) + window.length..<Int(start) + window.length + window.horizon]
    }
  }
}
