/// The product of two matrices in row-major order, `C = A·B + initial`, cut into tiles of C.
///
/// Where B was not packed before, a tile packs a block of it at a time into scratch memory of its worker, which
/// stays in the first-level cache while all rows of A pass it; A lies as it is. A BLAS packs both factors, which
/// for matrices of some hundred rows and columns takes a third of its time. Each element of C is one sum in
/// the order of the depth.
package struct RegisterMultiply {
  /// B: `depth × columns`.
  package enum Right {
    /// Row by row.
    case stored(StoredMatrix)
    case packed(PanelMatrix)
  }

  package let rows: Int
  package let columns: Int
  package let depth: Int
  private let a: StoredMatrix
  private let b: Right
  private let c: UnsafeMutablePointer<Float>
  private let strideC: Int
  private let initial: PanelProduct.Initial
  private let tiling: ProductTiling

  /// - Parameters:
  ///   - a: shape `rows × depth` after transposition.
  ///   - b: if it is stored, not transposed.
  ///   - c: shape `rows × columns`.
  package init(
    rows: Int, columns: Int, depth: Int, _ a: StoredMatrix, _ b: Right,
    into c: UnsafeMutablePointer<Float>, stride strideC: Int, initial: PanelProduct.Initial = .zero
  ) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.a = a
    self.b = b
    self.c = c
    self.strideC = strideC
    self.initial = initial
    let isPacked = if case .packed = b { true } else { false }
    tiling = Self.tiling(rows: rows, columns: columns, depth: depth, isPacked: isPacked)
  }

  package var tileCount: Int { tiling.count }
  package func tile(_ index: Int) -> ProductTile { tiling.tile(index) }

  /// Rows and columns of a block of B.
  private static let (blockDepth, blockColumns) = (128, 64)

  /// Elements of scratch memory that a tile needs.
  package static let scratchElements = PanelMatrix.elements(
    depth: blockDepth, columns: blockColumns)

  /// Computes one block of C on the calling thread.
  package func multiply(tile: ProductTile, scratch: UnsafeMutablePointer<Float>) {
    switch b {
    case .packed(let panels): multiply(tile, panels.skipping(columns: tile.columns.lowerBound))
    case .stored(let matrix):
      for column in stride(
        from: tile.columns.lowerBound, to: tile.columns.upperBound, by: Self.blockColumns)
      {
        let end = min(tile.columns.upperBound, column + Self.blockColumns)
        multiply(ProductTile(rows: tile.rows, columns: column..<end), matrix, scratch)
      }
    }
  }

  private func multiply(_ tile: ProductTile, _ panels: PanelMatrix) {
    PanelProduct(
      rows: tile.rows.count, a.skipping(rows: tile.rows.lowerBound),
      panels.first(columns: tile.columns.count), into: start(of: tile), stride: strideC,
      initial: initial.skipping(columns: tile.columns.lowerBound)
    ).runOnThisThread()
  }

  /// Columns of one block, by blocks of the depth.
  private func multiply(
    _ tile: ProductTile, _ matrix: StoredMatrix, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let first = tile.columns.lowerBound
    let a = a.skipping(rows: tile.rows.lowerBound)
    for index in stride(from: 0, to: depth, by: Self.blockDepth) {
      let packing = PanelPacking(
        StoredMatrix(matrix.values + index * matrix.stride + first, stride: matrix.stride),
        depth: min(Self.blockDepth, depth - index), columns: tile.columns.count, into: scratch)
      for panel in 0..<packing.tileCount { packing.pack(tile: panel) }
      PanelProduct(
        rows: tile.rows.count, a.skipping(columns: index), packing.packed, into: start(of: tile),
        stride: strideC, initial: index == 0 ? initial.skipping(columns: first) : .stored
      ).runOnThisThread()
    }
  }

  private func start(of tile: ProductTile) -> UnsafeMutablePointer<Float> {
    c + tile.rows.lowerBound * strideC + tile.columns.lowerBound
  }

  // MARK: - Tiles

  /// Multiply-adds that a handover is worth.
  private static let leastWork = 1 << 21
  private static let mostParts = 32
  /// Rows that make up for bringing a block of B into the first-level cache, packed or not.
  private static let fewestRows = 96

  /// Columns are cut where that spares packing a block of B for several tiles, and else where they are
  /// more than rows: each tile goes through the whole of the other factor. Rows come in the multiples of
  /// which registers hold the sums.
  private static func tiling(
    rows: Int, columns: Int, depth: Int, isPacked: Bool
  ) -> ProductTiling {
    let wanted = min(mostParts, rows * columns * max(1, depth) / leastWork)
    var (rowParts, columnParts) = (1, 1)
    while 2 * rowParts * columnParts <= wanted {
      let (height, width) = (rows / rowParts, columns / columnParts)
      let cutsRows = height >= 2 * fewestRows
      if width >= 2 * blockColumns, !isPacked || width >= height || !cutsRows {
        columnParts *= 2
      } else if cutsRows {
        rowParts *= 2
      } else {
        break
      }
    }
    return ProductTiling(
      rows: rows, columns: columns, rowParts: rowParts, multiple: 12, columnParts: columnParts,
      multiple: blockColumns)
  }
}
