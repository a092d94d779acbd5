import CLanes

/// Which factor a matrix is: how a tile lies.
package enum BFloat16Side: Sendable {
  /// Line by line.
  case left
  /// Pair by pair of the depth, each with all lines.
  case right
}

/// Rounds a matrix to bfloat16 and lays it out in panels.
package struct BFloat16Packing: TileKernel {
  private let source: UnsafePointer<Float>
  private let lineStride: Int
  private let depthStride: Int
  private let lines: Int
  private let depth: Int
  private let side: BFloat16Side
  private let target: UnsafeMutablePointer<Float>
  private let usesTiles: Bool

  /// - Parameters:
  ///   - matrix: shape `lines × depth` of a left factor, `depth × lines` of a right one, after transposition.
  ///   - target: room for `BFloat16Panels.elements`.
  ///   - usesTiles: whether the processor rounds; only where it has tiles. The bits are the same.
  package init(
    _ matrix: StoredMatrix, _ side: BFloat16Side, lines: Int, depth: Int,
    into target: UnsafeMutablePointer<Float>, usesTiles: Bool = BFloat16Tiles.areAvailable
  ) {
    self.usesTiles = usesTiles
    source = matrix.values
    (lineStride, depthStride) =
      side == .left ? matrix.steps : (matrix.steps.column, matrix.steps.row)
    self.lines = lines
    self.depth = depth
    self.side = side
    self.target = target
  }

  /// The panels once all tiles have run.
  package var packed: BFloat16Panels { BFloat16Panels(words: target, depthTiles: depthTiles) }

  package var elements: Int { BFloat16Panels.elements(lines: lines, depth: depth) }

  private var depthTiles: Int { BFloat16Panels.depthTiles(depth) }
  private var panels: Int {
    side == .right || lines > BFloat16Panels.lines ? BFloat16Panels.panels(lines) : 1
  }
  /// Whether a line is in one piece, and not the numbers of a place in the depth.
  private var hasWholeLines: Bool { depthStride == 1 && lineStride > 1 }

  /// A tile reads the matrix as it lies: a panel through all of the depth, or a part of the depth for all panels.
  package var tileCount: Int { hasWholeLines ? panels : depthTiles }

  package static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: BFloat16Packing.self).pointee.pack(tile: tile)
    }
  }

  package func pack(tile: Int) {
    if hasWholeLines {
      for index in 0..<depthTiles { pack(panel: tile, depthTile: index) }
    } else {
      for panel in 0..<panels { pack(panel: panel, depthTile: tile) }
    }
  }

  /// Packs all of it on this thread.
  func packAll() {
    for tile in 0..<tileCount { pack(tile: tile) }
  }

  private func pack(panel: Int, depthTile: Int) {
    let (line, place) = (panel * BFloat16Panels.lines, depthTile * BFloat16Panels.depthOfTile)
    let count = max(0, min(BFloat16Panels.lines, lines - line))
    let length = min(BFloat16Panels.depthOfTile, depth - place)
    let target = target + (panel * depthTiles + depthTile) * BFloat16Panels.tileWords
    let first = source + line * lineStride + place * depthStride
    guard count == BFloat16Panels.lines, length == BFloat16Panels.depthOfTile else {
      return tiles_pack_part(
        first, lineStride, depthStride, count, length, side == .right, !usesTiles, target)
    }
    if hasWholeLines {
      packLines(first, stride: lineStride, into: target)
    } else {
      packPlaces(first, stride: depthStride, into: target)
    }
  }

  /// A tile of lines that are `stride` apart.
  private func packLines(
    _ first: UnsafePointer<Float>, stride: Int, into target: UnsafeMutablePointer<Float>
  ) {
    if usesTiles {
      tiles_pack_lines(first, stride, side == .right, target)
    } else {
      tiles_pack_lines_by_lanes(first, stride, side == .right, target)
    }
  }

  /// A tile of places in the depth that are `stride` apart, each with its lines.
  private func packPlaces(
    _ first: UnsafePointer<Float>, stride: Int, into target: UnsafeMutablePointer<Float>
  ) {
    if usesTiles {
      tiles_pack_places(first, stride, side == .left, target)
    } else {
      tiles_pack_places_by_lanes(first, stride, side == .left, target)
    }
  }
}
