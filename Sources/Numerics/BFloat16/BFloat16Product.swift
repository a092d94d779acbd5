import CLanes

/// The product of two matrices in row-major order with both factors rounded to bfloat16, `C = A·B + initial`, cut into
/// tiles of C. Sums, C and what they begin with are in single precision.
///
/// Each element of C is one sum in one order (`tiles_block`), whatever the number of rows, columns or threads, and
/// whether the processor has tiles or not.
package struct BFloat16Product {
  package enum Factor {
    case stored(StoredMatrix)
    case packed(BFloat16Panels)
  }

  package let rows: Int
  package let columns: Int
  package let depth: Int
  private let a: Factor
  private let b: Factor
  private let c: UnsafeMutablePointer<Float>
  private let strideC: Int
  private let initial: PanelProduct.Initial
  private let tiling: ProductTiling
  private let usesTiles: Bool

  /// - Parameters:
  ///   - a: shape `rows × depth` after transposition.
  ///   - b: shape `depth × columns` after transposition.
  ///   - c: shape `rows × columns`.
  ///   - usesTiles: whether the processor multiplies by tiles; only where they are available.
  package init(
    rows: Int, columns: Int, depth: Int, _ a: Factor, _ b: Factor,
    into c: UnsafeMutablePointer<Float>, stride strideC: Int, initial: PanelProduct.Initial = .zero,
    usesTiles: Bool = BFloat16Tiles.areAvailable
  ) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.a = a
    self.b = b
    self.c = c
    self.strideC = strideC
    self.initial = initial
    self.usesTiles = usesTiles
    tiling = Self.tiling(rows: rows, columns: columns, depth: depth)
  }

  package var tileCount: Int { tiling.count }
  package func tile(_ index: Int) -> ProductTile { tiling.tile(index) }

  // MARK: - A tile

  /// Rows and columns of C that are summed at once.
  private static let block = 2 * BFloat16Panels.lines
  /// A part of the depth that is packed at once with `mostColumns`: they stay in the second-level cache.
  private static let mostDepth = 512
  private static let mostColumns = 256

  private static let leftElements = BFloat16Panels.elements(lines: block, depth: mostDepth)
  private static let rightElements = BFloat16Panels.elements(lines: mostColumns, depth: mostDepth)

  /// Elements of scratch memory that a tile needs: packed parts of A and B, and a block of C that is not whole.
  package static let scratchElements = leftElements + rightElements + block * block

  /// Computes one block of C on the calling thread.
  ///
  /// - Parameter scratch: room for `scratchElements`, on a cache line.
  package func multiply(tile: ProductTile, scratch: UnsafeMutablePointer<Float>) {
    if usesTiles { tiles_begin() }
    defer { if usesTiles { tiles_end() } }
    for first in stride(from: 0, to: depth, by: Self.mostDepth) {
      let part = first..<min(depth, first + Self.mostDepth)
      for column in stride(
        from: tile.columns.lowerBound, to: tile.columns.upperBound, by: Self.mostColumns)
      {
        let columns = column..<min(tile.columns.upperBound, column + Self.mostColumns)
        add(ProductTile(rows: tile.rows, columns: columns), part, scratch)
      }
    }
  }

  /// Computes the whole of C on the calling thread, for tiles of something larger.
  package func runOnThisThread(scratch: UnsafeMutablePointer<Float>) {
    multiply(tile: ProductTile(rows: 0..<rows, columns: 0..<columns), scratch: scratch)
  }

  /// Adds the products of a part of the depth.
  private func add(
    _ tile: ProductTile, _ part: Range<Int>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let room = scratch + Self.leftElements + Self.rightElements
    let right = panels(
      b, .right, tile.columns, part, into: scratch + Self.leftElements)
    for row in stride(from: tile.rows.lowerBound, to: tile.rows.upperBound, by: Self.block) {
      let rows = row..<min(tile.rows.upperBound, row + Self.block)
      let left = panels(a, .left, rows, part, into: scratch)
      for column in stride(
        from: tile.columns.lowerBound, to: tile.columns.upperBound, by: Self.block)
      {
        let columns = column..<min(tile.columns.upperBound, column + Self.block)
        add(
          left, right.skipping(lines: column - tile.columns.lowerBound),
          depthTiles: BFloat16Panels.depthTiles(part.count),
          to: ProductTile(rows: rows, columns: columns), isFirst: part.lowerBound == 0, room)
      }
    }
  }

  /// Panels of a part of the depth.
  private struct Part {
    var words: UnsafePointer<Float>
    let panelStride: Int

    func skipping(lines: Int) -> Part {
      Part(words: words + lines / BFloat16Panels.lines * panelStride, panelStride: panelStride)
    }
  }

  private func panels(
    _ factor: Factor, _ side: BFloat16Side, _ lines: Range<Int>, _ part: Range<Int>,
    into room: UnsafeMutablePointer<Float>
  ) -> Part {
    switch factor {
    case .packed(let panels):
      return Part(
        words: panels.from(line: lines.lowerBound) + part.lowerBound
          / BFloat16Panels.depthOfTile * BFloat16Panels.tileWords,
        panelStride: panels.panelStride)
    case .stored(let matrix):
      let (line, place) = (lines.lowerBound, part.lowerBound)
      let packing = BFloat16Packing(
        side == .left
          ? matrix.skipping(rows: line, columns: place)
          : matrix.skipping(rows: place, columns: line),
        side, lines: lines.count, depth: part.count, into: room, usesTiles: usesTiles)
      packing.packAll()
      return Part(words: room, panelStride: packing.packed.panelStride)
    }
  }

  /// Adds to a block of at most 32 × 32 numbers.
  private func add(
    _ left: Part, _ right: Part, depthTiles: Int, to tile: ProductTile, isFirst: Bool,
    _ room: UnsafeMutablePointer<Float>
  ) {
    let target = c + tile.rows.lowerBound * strideC + tile.columns.lowerBound
    let start = isFirst ? initial : .stored
    let isWhole =
      tile.rows.count % BFloat16Panels.lines == 0 && tile.columns.count == Self.block
    var block = tiles_block(
      a: left.words, b: right.words, a_step: left.panelStride, b_step: right.panelStride,
      rows: tile.rows.count > BFloat16Panels.lines ? 2 : 1, depth: depthTiles, c: target,
      c_step: strideC, initial: nil, initial_step: 0)
    switch start {
    case .zero: break
    case .row(let values): block.initial = values + tile.columns.lowerBound
    case .stored: (block.initial, block.initial_step) = (UnsafePointer(target), strideC)
    }
    if !isWhole { bring(&block, into: room, tile) }
    if usesTiles { tiles_multiply(&block) } else { tiles_multiply_by_lanes(&block) }
    guard !isWhole else { return }
    for row in 0..<tile.rows.count {
      (target + row * strideC).update(from: room + row * Self.block, count: tile.columns.count)
    }
  }

  /// Has a block that is not whole computed apart from C, beginning with what there is of it.
  private func bring(
    _ block: inout tiles_block, into room: UnsafeMutablePointer<Float>, _ tile: ProductTile
  ) {
    if let initial = block.initial {
      room.update(repeating: 0, count: Self.block * Self.block)
      for row in 0..<tile.rows.count {
        (room + row * Self.block).update(
          from: initial + row * block.initial_step, count: tile.columns.count)
      }
      (block.initial, block.initial_step) = (UnsafePointer(room), Self.block)
    }
    (block.c, block.c_step) = (room, Self.block)
  }

  // MARK: - Tiles

  /// Multiply-adds that a handover is worth.
  private static let leastWork = 1 << 22
  private static let mostParts = 32

  /// The longer side is cut first: long thin blocks pack the most.
  private static func tiling(rows: Int, columns: Int, depth: Int) -> ProductTiling {
    let wanted = min(mostParts, rows * columns * max(1, depth) / leastWork)
    var (rowParts, columnParts) = (1, 1)
    while 2 * rowParts * columnParts <= wanted {
      let (height, width) = (rows / rowParts, columns / columnParts)
      if max(height, width) < 2 * block { break }
      if height > width { rowParts *= 2 } else { columnParts *= 2 }
    }
    return ProductTiling(
      rows: rows, columns: columns, rowParts: rowParts, multiple: block, columnParts: columnParts,
      multiple: block)
  }
}
