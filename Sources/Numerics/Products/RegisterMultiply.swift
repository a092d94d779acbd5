/// The product of two matrices in row-major order, `C = A·B + initial`, cut into tiles of C.
///
/// Where B was not packed before, a tile takes it by strips of columns, which stay in the first-level cache while all
/// rows of A pass them (`StripProduct`). A lies as it is, but for a transposed one, which is copied. A BLAS packs both
/// factors before, which for matrices of some hundred rows and columns takes a third of its time. Each element of C
/// is one sum in the order of the depth.
package struct RegisterMultiply {
  /// B: `depth × columns`.
  package enum Right {
    /// As it lies in memory.
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
  /// Whether tiles of several strips copy their part of A.
  private let copiesLeft: Bool

  /// - Parameters:
  ///   - a: shape `rows × depth` after transposition.
  ///   - b: if it is stored and transposed, each tile packs what it reads of it.
  ///   - c: shape `rows × columns`.
  ///   - threads: those that share the tiles. How the product is cut changes no sum.
  package init(
    rows: Int, columns: Int, depth: Int, _ a: StoredMatrix, _ b: Right,
    into c: UnsafeMutablePointer<Float>, stride strideC: Int, initial: PanelProduct.Initial = .zero,
    threads: Int
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
    copiesLeft = a.isTransposed && !isPacked
    tiling =
      copiesLeft
      ? Self.tilingOfCopies(rows: rows, columns: columns, depth: depth, threads: threads)
      : Self.tiling(rows: rows, columns: columns, depth: depth, isPacked: isPacked)
  }

  package var tileCount: Int { tiling.count }
  package func tile(_ index: Int) -> ProductTile { tiling.tile(index) }

  /// The depth that tiles go through at a time.
  private static let blockDepth = StripProduct.mostDepth
  /// The columns of the narrowest tile.
  private static let blockColumns = 64

  /// Elements of scratch memory that a tile needs: a strip of B and its part of A.
  package static let scratchElements =
    StripProduct.rightElements + StripProduct.leftElements(rows: mostRowsOfCopies)

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

  /// Adds the products of a part of the depth, by strips of columns.
  private func multiply(
    _ tile: ProductTile, _ matrix: StoredMatrix, _ part: Range<Int>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    // Lines of a transposed matrix are turned before anything reads them.
    let whole = matrix.isTransposed ? 0 : Lanes.whole(tile.columns.count)
    let strips = (whole + StripProduct.mostColumns - 1) / StripProduct.mostColumns
    /// About as wide as each other, in whole lanes.
    func columns(of strip: Int) -> Range<Int> {
      func start(_ strip: Int) -> Int {
        tile.columns.lowerBound + whole / Lanes.scalarCount * strip / strips * Lanes.scalarCount
      }
      return start(strip)..<start(strip + 1)
    }
    var left = StripProduct.Left(
      values: a.start(row: tile.rows.lowerBound, column: part.lowerBound), rowStep: a.steps.row,
      depthStep: a.steps.column, copy: scratch + StripProduct.rightElements,
      use: copiesLeft && strips > 1 ? .copies : .stored)
    let next = part.upperBound..<min(depth, part.upperBound + Self.blockDepth)
    let nextLeft =
      left.use == .stored || next.isEmpty ? nil : a.prefetch(rows: tile.rows, columns: next)
    for strip in 0..<strips {
      let range = columns(of: strip)
      let nextRight =
        strip + 1 < strips
        ? matrix.prefetch(rows: part, columns: columns(of: strip + 1))
        : next.isEmpty ? nil : matrix.prefetch(rows: next, columns: columns(of: 0))
      StripProduct(
        rows: tile.rows.count, columns: range.count, depth: part.count, a: left,
        b: matrix.skipping(rows: part.lowerBound, columns: range.lowerBound), copyOfB: scratch,
        c: c + tile.rows.lowerBound * strideC + range.lowerBound, strideC: strideC,
        start: start(part, range.lowerBound),
        next: PrefetchQueue(nextRight, then: nextLeft?.part(strip, of: strips))
      ).multiply()
      if left.use == .copies { left.use = .copied }
    }
    let rest = tile.columns.dropFirst(whole)
    for first in stride(from: rest.lowerBound, to: rest.upperBound, by: StripProduct.mostColumns) {
      let strip = first..<min(rest.upperBound, first + StripProduct.mostColumns)
      multiplyPacked(tile, strip, matrix, part, scratch)
    }
  }

  /// Columns that are packed before; the last lanes are filled up with zeros.
  private func multiplyPacked(
    _ tile: ProductTile, _ columns: Range<Int>, _ matrix: StoredMatrix, _ part: Range<Int>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let packing = PanelPacking(
      matrix.skipping(rows: part.lowerBound, columns: columns.lowerBound), depth: part.count,
      columns: columns.count, into: scratch)
    packing.runOnThisThread()
    PanelProduct(
      rows: tile.rows.count, a.skipping(rows: tile.rows.lowerBound, columns: part.lowerBound),
      packing.packed, into: start(of: ProductTile(rows: tile.rows, columns: columns)),
      stride: strideC,
      initial: part.lowerBound == 0 ? initial.skipping(columns: columns.lowerBound) : .stored
    ).runOnThisThread()
  }

  private func start(_ part: Range<Int>, _ column: Int) -> RegisterProduct.Start {
    part.lowerBound == 0 ? initial.skipping(columns: column).start : .target
  }

  private func start(of tile: ProductTile) -> UnsafeMutablePointer<Float> {
    c + tile.rows.lowerBound * strideC + tile.columns.lowerBound
  }

  // MARK: - Tiles

  /// Multiply-adds that a handover is worth.
  private static let leastWork = 1 << 21
  private static let mostParts = 32
  /// Rows that make up for bringing a strip of B into the first-level cache.
  private static let fewestRows = 96

  /// Columns are cut where that spares reading a strip of B for several tiles, and else where they are
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

  /// Rows of A whose copies leave room in the second-level cache.
  private static let mostRowsOfCopies = 144
  /// Rows that are still worth a strip of B for two threads.
  private static let fewestRowsOfCopies = 48

  /// Blocks of as many columns as make use of a copy, and smaller ones where there would not be one for each
  /// thread.
  private static func tilingOfCopies(
    rows: Int, columns: Int, depth: Int, threads: Int
  ) -> ProductTiling {
    let wanted = min(threads, rows * columns * depth / leastWork)
    var rowParts = (rows + mostRowsOfCopies - 1) / mostRowsOfCopies
    var columnParts = max(1, columns / (4 * blockColumns))
    func cutColumns(least: Int) {
      while rowParts * columnParts < wanted, columns / columnParts >= 2 * least { columnParts *= 2 }
    }
    cutColumns(least: 2 * blockColumns)
    while rowParts * columnParts < wanted, rows / rowParts >= 2 * fewestRowsOfCopies {
      rowParts *= 2
    }
    cutColumns(least: blockColumns)
    return ProductTiling(
      rows: rows, columns: columns, rowParts: rowParts, multiple: 12, columnParts: columnParts,
      multiple: Lanes.scalarCount)
  }
}
