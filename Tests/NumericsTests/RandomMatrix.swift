import Numerics
import TestSupport

/// A matrix in row-major order with unused elements at the end of each stored row.
struct RandomMatrix {
  let rows: Int
  let columns: Int
  let stride: Int
  var values: [Float]

  init(_ rows: Int, _ columns: Int, gap: Int = 0, using generator: inout SplitMix64) {
    self.rows = rows
    self.columns = columns
    stride = columns + gap
    values = generator.floats(rows * stride)
  }

  subscript(row: Int, column: Int) -> Double { Double(values[row * stride + column]) }
}
