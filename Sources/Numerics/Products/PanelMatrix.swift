import CLanes

/// A matrix as the right factor of a `PanelProduct`: panels of sixteen columns.
///
/// Shape `depth × columns`.
package struct PanelMatrix {
  private(set) var values: UnsafePointer<Float>
  let depth: Int
  private(set) var columns: Int
  /// Elements from a row of a panel to the next.
  let rowStride: Int
  /// Elements from a panel to the next.
  let panelStride: Int
  /// Whether the last panel is whole.
  let isPadded: Bool

  /// A matrix as it lies in memory, row by row: for so few products that packing it does not pay.
  ///
  /// - Parameter stride: elements from one row to the next.
  package init(_ values: UnsafePointer<Float>, stride: Int, depth: Int, columns: Int) {
    self.values = values
    self.depth = depth
    self.columns = columns
    rowStride = stride
    panelStride = Lanes.scalarCount
    isPadded = false
  }

  /// A matrix that was packed: panels one behind the other, each row by row, the last one filled up
  /// with zeros.
  package init(packed values: UnsafePointer<Float>, depth: Int, columns: Int) {
    self.values = values
    self.depth = depth
    self.columns = columns
    rowStride = Lanes.scalarCount
    panelStride = depth * Lanes.scalarCount
    isPadded = true
  }

  package var elements: Int { Self.elements(depth: depth, columns: columns) }

  /// The matrix without its first columns, which are whole panels.
  func skipping(columns: Int) -> PanelMatrix {
    var rest = self
    rest.values += columns / Lanes.scalarCount * panelStride
    rest.columns -= columns
    return rest
  }

  /// The first columns of the matrix: whole panels, or all of them; of a packed one with the zeros behind the last or
  /// without them.
  func first(columns: Int) -> PanelMatrix {
    var part = self
    part.columns = columns
    return part
  }

  /// Elements of a packed matrix.
  package static func elements(depth: Int, columns: Int) -> Int {
    panels(columns) * depth * Lanes.scalarCount
  }

  static func panels(_ columns: Int) -> Int {
    (columns + Lanes.scalarCount - 1) / Lanes.scalarCount
  }
}

/// Packs a matrix, a panel a tile.
package struct PanelPacking: TileKernel {
  private let source: StoredMatrix
  private let depth: Int
  private let columns: Int
  private let target: UnsafeMutablePointer<Float>

  /// - Parameters:
  ///   - source: shape `depth × columns`, after transposition.
  ///   - target: room for `PanelMatrix.elements`.
  package init(
    _ source: StoredMatrix, depth: Int, columns: Int, into target: UnsafeMutablePointer<Float>
  ) {
    self.source = source
    self.depth = depth
    self.columns = columns
    self.target = target
  }

  /// The matrix once all tiles have run.
  package var packed: PanelMatrix {
    PanelMatrix(packed: target, depth: depth, columns: columns)
  }

  package var tileCount: Int { PanelMatrix.panels(columns) }

  package static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: PanelPacking.self).pointee.pack(tile: tile)
    }
  }

  /// Packs all of it on the calling thread, for tiles of something larger.
  package func runOnThisThread() {
    for tile in 0..<tileCount { pack(tile: tile) }
  }

  package func pack(tile: Int) {
    let width = Lanes.scalarCount
    let first = tile * width
    let count = min(width, columns - first)
    let panel = target + tile * depth * width
    guard source.isTransposed else {
      for row in 0..<depth {
        Lanes(source.values + row * source.stride + first, count).store(to: panel + row * width)
      }
      return
    }
    for row in Lanes.firsts(depth) {
      let (start, turned) = (source.values + first * source.stride + row, panel + row * width)
      let rows = min(width, depth - row)
      if count == width, rows == width {
        lanes_transpose(start, source.stride, turned)
      } else {
        lanes_transpose_part(start, source.stride, Int32(count), Int32(rows), turned)
      }
    }
  }
}
