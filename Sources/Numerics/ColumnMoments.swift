/// Mean and variance of each column of a matrix `rows × columns`, each tile of rows for itself, then
/// together by the formula of Chan, Golub and LeVeque (Updating formulae and a pairwise algorithm for
/// computing sample variances, 1979), in the order of the tiles.
package struct ColumnMoments: TileKernel {
  private let matrix: UnsafePointer<Float>
  private let rows: Int
  private let columns: Int
  /// For each tile the means of its rows and behind them the sums of squared deviations.
  private let parts: UnsafeMutablePointer<Float>

  package init(
    of matrix: UnsafePointer<Float>, rows: Int, columns: Int,
    parts: UnsafeMutablePointer<Float>
  ) {
    self.matrix = matrix
    self.rows = rows
    self.columns = columns
    self.parts = parts
  }

  package var tileCount: Int { ColumnReduction.tileCount(rows: rows, columns: columns) }

  package static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ColumnMoments.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    let range = ColumnReduction.rows(of: tile, rows: rows, columns: columns)
    let columns = columns
    let means = parts + tile * 2 * columns
    let deviations = means + columns
    means.update(repeating: 0, count: 2 * columns)
    for row in range {
      let values = matrix + row * columns
      for column in 0..<columns { means[column] += values[column] }
    }
    let share = 1 / Float(range.count)
    for column in 0..<columns { means[column] *= share }
    for row in range {
      let values = matrix + row * columns
      for column in 0..<columns {
        let deviation = values[column] - means[column]
        deviations[column] += deviation * deviation
      }
    }
  }

  /// The mean and the mean squared deviation of one column, once all tiles are done.
  package func moments(of column: Int) -> (mean: Double, variance: Double) {
    var count = 0.0
    var mean = 0.0
    var deviations = 0.0
    for tile in 0..<tileCount {
      let part = parts + tile * 2 * columns + column
      let partCount = Double(
        ColumnReduction.rows(of: tile, rows: rows, columns: columns).count)
      let difference = Double(part[0]) - mean
      let total = count + partCount
      mean += difference * partCount / total
      deviations += Double(part[columns]) + difference * difference * count * partCount / total
      count = total
    }
    return (mean, deviations / count)
  }
}

/// How sums over the rows of a matrix are cut into tiles of rows: by its size alone.
package enum ColumnReduction {
  private static let mostTiles = 64

  package static func tileCount(rows: Int, columns: Int) -> Int {
    max(1, min(mostTiles, rows / max(1, Tiling.elements / max(1, columns))))
  }

  package static func rows(of tile: Int, rows: Int, columns: Int) -> Range<Int> {
    let count = tileCount(rows: rows, columns: columns)
    return rows * tile / count..<rows * (tile + 1) / count
  }
}
