import CLanes

/// A block of a matrix that is read soon: asked for in parts, while something else is computed.
struct Prefetch {
  private let values: UnsafePointer<Float>
  private let stride: Int
  private let rows: Int
  private let columns: Int

  /// - Parameters:
  ///   - values: row by row, `rows × columns`.
  ///   - stride: elements from one row to the next.
  init(_ values: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int) {
    self.values = values
    self.stride = stride
    self.rows = rows
    self.columns = columns
  }

  /// One of so many equal parts, by rows.
  func part(_ index: Int, of parts: Int) -> Prefetch {
    let first = rows * index / parts
    return Prefetch(
      values + first * stride, stride: stride, rows: rows * (index + 1) / parts - first,
      columns: columns)
  }

  func start() {
    for row in 0..<rows {
      for first in Lanes.firsts(columns) { lanes_prefetch(values + row * stride + first) }
    }
  }
}
