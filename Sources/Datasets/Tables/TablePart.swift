/// The examples of a part that lie in one table.
struct TablePart: Sendable {
  let table: LoadedTable
  /// The rows whose values come into sight: examples themselves, or rows under windows.
  let rows: [Int32]
  /// Where examples are windows over rows.
  var windows: SeriesWindows?

  /// Which of the file's examples belong to the part.
  var examples: [Int32] { windows?.starts ?? rows }

  /// The line of an example, of a window that in which it begins.
  func location(of example: Int32) -> String {
    let row = windows.map { $0.order[Int(example)] } ?? example
    guard let place = table.place(ofRow: Int(row)) else { return table.file }
    return "\(place.file):\(place.line)"
  }

  /// The rows that hold the first answers of the examples.
  func answerRows(_ window: WindowEncoding?) -> [Int32] {
    guard let windows, let window else { return rows }
    return windows.starts.map { windows.order[Int($0) + window.length] }
  }
}
