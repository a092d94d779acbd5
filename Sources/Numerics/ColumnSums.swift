/// The sum of each column of a matrix, in the order of the rows: the gradient of a bias.
///
/// `result[j] = Σᵢ matrix[i, j] + beta · result[j]`; matrix `rows × columns`.
package struct ColumnSums: TileKernel {
  package var matrix: UnsafePointer<Float>
  package var rows: Int
  package var columns: Int
  package var result: UnsafeMutablePointer<Float>
  package var beta: Float

  static let columnsPerTile = 256

  package init(
    _ matrix: UnsafePointer<Float>, rows: Int, columns: Int,
    into result: UnsafeMutablePointer<Float>, beta: Float
  ) {
    self.matrix = matrix
    self.rows = rows
    self.columns = columns
    self.result = result
    self.beta = beta
  }

  package var tileCount: Int { (columns + Self.columnsPerTile - 1) / Self.columnsPerTile }

  package static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ColumnSums.self).pointee.sum(tile: tile)
    }
  }

  /// Computes all sums on the calling thread, for tiles of something larger.
  package func runOnThisThread() {
    for tile in 0..<tileCount { sum(tile: tile) }
  }

  package func sum(tile: Int) {
    let first = tile * Self.columnsPerTile
    sum(first..<min(columns, first + Self.columnsPerTile))
  }

  /// Computes the sums of some columns on the calling thread.
  package func sum(_ range: Range<Int>) {
    if beta == 0 { (result + range.lowerBound).update(repeating: 0, count: range.count) }
    if range.count == columns, let period { return addPeriods(of: period) }
    var column = range.lowerBound
    while column + Lanes.scalarCount <= range.upperBound {
      let vectors = min(Self.mostVectors, (range.upperBound - column) / Lanes.scalarCount)
      addWhole(column, vectors: vectors)
      column += vectors * Lanes.scalarCount
    }
    if column < range.upperBound { addPart(column, count: range.upperBound - column) }
  }

  private static let mostVectors = 4

  /// Adds the sums of columns that are so many whole lanes.
  private func addWhole(_ column: Int, vectors: Int) {
    let target = result + column
    switch vectors {
    case 4: total(Wider<Wider<Wider<OneVector>>>.self, column).add(to: target)
    case 3: total(Wider<Wider<OneVector>>.self, column).add(to: target)
    case 2: total(Wider<OneVector>.self, column).add(to: target)
    default: total(OneVector.self, column).add(to: target)
    }
  }

  /// The sums of some columns, in registers.
  @inline(__always)
  private func total<Columns: ColumnLanes>(_: Columns.Type, _ column: Int) -> Columns {
    Columns(sumOf: rows, stride: columns, from: matrix + column)
  }

  /// Adds the sums of the last columns, fewer than whole lanes.
  private func addPart(_ column: Int, count: Int) {
    let end = matrix + rows * columns
    var sum = Lanes()
    var row = matrix + column
    for _ in 0..<rows {
      sum += row.lanes(before: end)
      row += columns
    }
    for lane in 0..<count { result[column + lane] += sum[lane] }
  }

  // MARK: - Few columns

  /// The fewest rows of few columns that are whole lanes together, in elements; `nil` if columns are
  /// whole lanes themselves or too many.
  private var period: Int? {
    guard columns % Lanes.scalarCount != 0 else { return nil }
    let powerOfTwo = min(Lanes.scalarCount, columns & -columns)
    let period = columns * (Lanes.scalarCount / powerOfTwo)
    return period <= Self.mostVectors * Lanes.scalarCount ? period : nil
  }

  /// Adds the sums of all columns by several rows at a time, which are neighbours in memory.
  private func addPeriods(of period: Int) {
    let rowsAtOnce = period / columns
    let periods = rows / rowsAtOnce
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 4 * Lanes.scalarCount) { buffer in
      guard let sums = buffer.baseAddress else { return }
      sums.update(repeating: 0, count: period)
      ColumnSums(matrix, rows: periods, columns: period, into: sums, beta: 0).sum(tile: 0)
      for index in 0..<period { result[index % columns] += sums[index] }
    }
    for index in periods * period..<rows * columns { result[index % columns] += matrix[index] }
  }
}

extension ColumnLanes {
  /// The sum of rows `stride` apart.
  @inline(__always)
  fileprivate init(sumOf rows: Int, stride: Int, from source: UnsafePointer<Float>) {
    self.init()
    let one = Lanes(repeating: 1)
    var row = source
    for _ in 0..<rows {
      add(one, Self(row))
      row += stride
    }
  }

  @inline(__always)
  fileprivate func add(to target: UnsafeMutablePointer<Float>) {
    var sum = Self(target)
    sum.add(Lanes(repeating: 1), self)
    sum.store(to: target)
  }
}
