import CLanes

/// A block of a matrix that is read soon.
struct Prefetch {
  fileprivate var values: UnsafePointer<Float>
  fileprivate let stride: Int
  fileprivate var rows: Int
  fileprivate let columns: Int

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

  /// Vectors of sixteen, each of which is a line of the cache or lies in two.
  fileprivate var vectors: Int { rows * ((columns + Lanes.scalarCount - 1) / Lanes.scalarCount) }
}

/// Two blocks, asked for one after the other, a vector every few steps of sums: a processor that is asked for more at
/// once than it can keep in mind waits. Where there are more vectors than steps, the last ones are left out.
struct PrefetchQueue {
  private var block: Prefetch
  private var column = 0
  private var then: Prefetch
  private var stepsPerVector = 1

  init(_ first: Prefetch?, then second: Prefetch?) {
    let none = Prefetch(lanes_zeros(), stride: 0, rows: 0, columns: 0)
    block = first ?? none
    then = second ?? none
    if block.rows == 0 { swap(&block, &then) }
  }

  /// Shares out the vectors among so many steps.
  mutating func spread(over steps: Int) {
    stepsPerVector = max(1, steps / max(1, block.vectors + then.vectors))
  }

  /// Asks for a vector.
  ///
  /// - Returns: the steps until the next, at most those that are left of a sum.
  @inline(__always)
  mutating func ask(left: Int) -> Int {
    if block.rows > 0 { advance() }
    return min(stepsPerVector, left)
  }

  @inline(__always)
  private mutating func advance() {
    lanes_prefetch(block.values + column)
    column += Lanes.scalarCount
    guard column >= block.columns else { return }
    column = 0
    block.values += block.stride
    block.rows -= 1
    if block.rows == 0 { swap(&block, &then) }
  }
}
