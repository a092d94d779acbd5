/// The kernel of a convolution as products of whole lanes read it.
///
/// Forward, a row of the product makes some neighbouring outputs at once where filters are so few that one
/// would leave most of a vector empty: `lines · wideRun × (outputs × filters)`, each output with its own
/// copy of the kernel, shifted to what it sees. Backward it is transposed, the taps of each line in whole
/// lanes, `filters × lines × run`. Lanes that are filled up are zeros.
struct DirectKernel {
  /// Lines of the window.
  private let lines: Int
  /// Elements of a line of the window.
  private let run: Int
  private let filters: Int
  /// Neighbouring outputs in a vector.
  let outputs: Int
  /// Elements from what an output sees to what the next one sees.
  private let shift: Int

  init(window: SlidingWindow, filters: Int) {
    lines = window.size.height
    run = window.size.width * window.channels
    self.filters = filters
    shift = window.stride.width * window.channels
    let most = filters <= 4 ? 4 : filters <= 8 ? 2 : 1
    outputs = window.output.width % most == 0 ? most : 1
  }

  /// Lanes of an output.
  var width: Int { outputs > 1 ? Lanes.scalarCount / outputs : filters.wholeLanes }
  var columns: Int { outputs * width }
  /// Elements of a line that the outputs of a vector see together.
  var wideRun: Int { run + (outputs - 1) * shift }

  /// Elements from a row to the next.
  var row: Int { RegisterProduct.rowStride(columns: columns) }
  var elements: Int { lines * wideRun * row }

  var transposedColumns: Int { lines * run.wholeLanes }
  var transposedRow: Int { RegisterProduct.rowStride(columns: transposedColumns) }
  var transposedElements: Int { filters * transposedRow }

  /// A tile is a line of the window.
  var tileCount: Int { lines }

  func arrange(
    _ kernel: UnsafePointer<Float>, tile line: Int, into rows: UnsafeMutablePointer<Float>
  ) {
    let source = kernel + line * run * filters
    let target = rows + line * wideRun * row
    target.update(repeating: 0, count: wideRun * row)
    for output in 0..<outputs {
      for index in 0..<run {
        (target + (output * shift + index) * row + output * width)
          .update(from: source + index * filters, count: filters)
      }
    }
  }

  /// Assigns the gradient of the kernel, that of all its copies together.
  func gradient(
    of rows: UnsafePointer<Float>, into kernelGradient: UnsafeMutablePointer<Float>
  ) {
    for line in 0..<lines {
      for index in 0..<run {
        let source = rows + (line * wideRun + index) * row
        let target = kernelGradient + (line * run + index) * filters
        for filter in Lanes.firsts(filters) {
          var sum = (source + filter).lanes
          for output in 1..<outputs {
            sum += (source + output * (shift * row + width) + filter).lanes
          }
          sum.store(to: target + filter, filters - filter)
        }
      }
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
