import Numerics

/// `Σᵢ g[i, j]` and `Σᵢ g[i, j] · x̂[i, j]` of matrices `rows × columns`, with x̂ = (x − mean) · inverse deviation of the
/// column: each tile of rows for itself, then together in the order of the tiles.
struct NormalizedGradientSums: TileKernel {
  let input: UnsafePointer<Float>
  let gradient: UnsafePointer<Float>
  let means: UnsafePointer<Float>
  let inverseDeviations: UnsafePointer<Float>
  let rows: Int
  let columns: Int
  /// For each tile the plain sums and behind them the weighted ones.
  let parts: UnsafeMutablePointer<Float>

  var tileCount: Int { ColumnReduction.tileCount(rows: rows, columns: columns) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: NormalizedGradientSums.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    let columns = columns
    let plain = parts + tile * 2 * columns
    let weighted = plain + columns
    let (means, inverseDeviations) = (self.means, self.inverseDeviations)
    plain.update(repeating: 0, count: 2 * columns)
    for row in ColumnReduction.rows(of: tile, rows: rows, columns: columns) {
      let values = input + row * columns
      let gradients = gradient + row * columns
      for column in 0..<columns {
        plain[column] += gradients[column]
        weighted[column] +=
          gradients[column] * (values[column] - means[column]) * inverseDeviations[column]
      }
    }
  }

  /// The sums of one column, once all tiles are done.
  func sums(of column: Int) -> (plain: Double, weighted: Double) {
    var plain = 0.0
    var weighted = 0.0
    for tile in 0..<tileCount {
      let part = parts + tile * 2 * columns + column
      plain += Double(part[0])
      weighted += Double(part[columns])
    }
    return (plain, weighted)
  }
}
