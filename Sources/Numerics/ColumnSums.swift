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
    let count = min(columns, first + Self.columnsPerTile) - first
    let result = self.result + first
    if beta == 0 { result.update(repeating: 0, count: count) }
    var row = matrix + first
    for _ in 0..<rows {
      for column in 0..<count { result[column] += row[column] }
      row += columns
    }
  }
}
