/// The product of two matrices in row-major order, `C = A·B + initial`, cut into tiles of C.
///
/// Where B was not packed before, a tile packs a block of it at a time into scratch memory of its worker, which
/// stays in the first-level cache while all rows of A pass it. A lies as it is, but for a transposed one
/// (`LeftBlock`). A BLAS packs both factors, which for matrices of some hundred rows and columns takes a third
/// of its time. Each element of C is one sum in the order of the depth.
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
  /// Whether tiles copy their part of A.
  private let copiesLeft: Bool

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
    copiesLeft = a.isTransposed && !isPacked && depth >= Self.depthWorthCopies
    tiling =
      copiesLeft
      ? Self.tilingOfCopies(rows: rows, columns: columns, depth: depth)
      : Self.tiling(rows: rows, columns: columns, depth: depth, isPacked: isPacked)
  }

  package var tileCount: Int { tiling.count }
  package func tile(_ index: Int) -> ProductTile { tiling.tile(index) }

  /// Rows and columns of a block of B.
  private static let (blockDepth, blockColumns) = (LeftBlock.mostDepth, 64)
  private static let blockElements = PanelMatrix.elements(depth: blockDepth, columns: blockColumns)

  /// Elements of scratch memory that a tile needs: a block of B and one of A.
  package static let scratchElements = blockElements + LeftBlock.elements

  /// Computes one block of C on the calling thread.
  package func multiply(tile: ProductTile, scratch: UnsafeMutablePointer<Float>) {
    switch b {
    case .packed(let panels): multiply(tile, panels.skipping(columns: tile.columns.lowerBound))
    case .stored(let matrix):
      for index in stride(from: 0, to: depth, by: Self.blockDepth) {
        multiply(tile, matrix, index..<min(depth, index + Self.blockDepth), scratch)
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

  /// Adds the products of a part of the depth, by blocks of columns.
  private func multiply(
    _ tile: ProductTile, _ matrix: StoredMatrix, _ part: Range<Int>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    var left = a.skipping(rows: tile.rows.lowerBound, columns: part.lowerBound)
    if copiesLeft {
      left = LeftBlock.copy(
        left, rows: tile.rows.count, depth: part.count, into: scratch + Self.blockElements)
    }
    for first in stride(
      from: tile.columns.lowerBound, to: tile.columns.upperBound, by: Self.blockColumns)
    {
      let columns = first..<min(tile.columns.upperBound, first + Self.blockColumns)
      let packing = PanelPacking(
        StoredMatrix(
          matrix.values + part.lowerBound * matrix.stride + first, stride: matrix.stride),
        depth: part.count, columns: columns.count, into: scratch)
      for panel in 0..<packing.tileCount { packing.pack(tile: panel) }
      PanelProduct(
        rows: tile.rows.count, left, packing.packed,
        into: start(of: ProductTile(rows: tile.rows, columns: columns)), stride: strideC,
        initial: part.lowerBound == 0 ? initial.skipping(columns: first) : .stored
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

  /// Depth below which a copy of A costs what it spares.
  private static let depthWorthCopies = 2 * blockDepth

  /// Blocks that are worth a copy of their part of A, and no higher than one.
  private static func tilingOfCopies(rows: Int, columns: Int, depth: Int) -> ProductTiling {
    let rowParts = (rows + LeftBlock.mostRows - 1) / LeftBlock.mostRows
    var columnParts = 1
    while columns / columnParts >= 4 * blockColumns,
      rows * columns * depth / (rowParts * columnParts) >= leastWork
    {
      columnParts *= 2
    }
    return ProductTiling(
      rows: rows, columns: columns, rowParts: rowParts, multiple: 12, columnParts: columnParts,
      multiple: blockColumns)
  }
}
