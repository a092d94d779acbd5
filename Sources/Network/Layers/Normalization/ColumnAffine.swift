import Numerics

/// `target[i, j] = factors[j] · first[i, j] + secondFactors[j] · second[i, j] + shifts[j]` over matrices
/// `rows × columns`; without a second matrix its term is left out.
struct ColumnAffine: TileKernel {
  let factors: UnsafePointer<Float>
  let shifts: UnsafePointer<Float>
  let first: UnsafePointer<Float>
  let second: UnsafePointer<Float>?
  let secondFactors: UnsafePointer<Float>?
  let target: UnsafeMutablePointer<Float>
  let rows: Int
  let columns: Int

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: columns) }
  var tileCount: Int { Tiling.tiles(elements: rows, of: rowsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ColumnAffine.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    let (columns, factors, shifts) = (self.columns, self.factors, self.shifts)
    for row in Tiling.range(of: tile, count: rows, size: rowsPerTile) {
      let source = first + row * columns
      let result = target + row * columns
      if let second, let secondFactors {
        let other = second + row * columns
        for column in 0..<columns {
          result[column] =
            factors[column] * source[column] + secondFactors[column] * other[column]
            + shifts[column]
        }
      } else {
        for column in 0..<columns {
          result[column] = factors[column] * source[column] + shifts[column]
        }
      }
    }
  }
}
