/// The kernel of a convolution whose products read whole lanes: `lines · run × filters`, and transposed
/// with the taps of each line in whole lanes, `filters × lines × run`; zeros where lanes are filled up.
struct DirectKernel {
  /// Lines of the window.
  let lines: Int
  /// Elements of a line of the window.
  let run: Int
  let filters: Int

  /// Elements from a row to the next.
  var row: Int { RegisterProduct.rowStride(columns: filters) }
  var elements: Int { lines * run * row }

  var transposedColumns: Int { lines * run.wholeLanes }
  var transposedRow: Int { RegisterProduct.rowStride(columns: transposedColumns) }
  var transposedElements: Int { filters * transposedRow }

  /// A tile is a line of the window.
  var tileCount: Int { lines }

  func arrange(
    _ kernel: UnsafePointer<Float>, tile line: Int, into rows: UnsafeMutablePointer<Float>
  ) {
    for index in line * run..<(line + 1) * run {
      let target = rows + index * row
      target.update(from: kernel + index * filters, count: filters)
      (target + filters).update(repeating: 0, count: filters.wholeLanes - filters)
    }
  }

  func arrangeTransposed(
    _ kernel: UnsafePointer<Float>, tile line: Int, into rows: UnsafeMutablePointer<Float>
  ) {
    let source = kernel + line * run * filters
    for filter in 0..<filters {
      let target = rows + filter * transposedRow + line * run.wholeLanes
      for index in 0..<run { target[index] = source[index * filters + filter] }
      for index in run..<run.wholeLanes { target[index] = 0 }
    }
  }
}
