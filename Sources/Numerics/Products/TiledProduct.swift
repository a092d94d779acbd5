/// A product in tiles, `C = A·B + initial`, by whichever way is faster for its shapes.
package enum TiledProduct {
  case blas(MatrixMultiply, initial: PanelProduct.Initial)
  case registers(RegisterMultiply)
  case bfloat16(BFloat16Product)

  /// Whether products with such a right factor are faster in registers. Large ones hide what the BLAS spends
  /// on packing behind better use of the caches; of the smallest, packing anything takes longer.
  package static func prefersRegisters(depth: Int, columns: Int) -> Bool {
    RegisterProduct.isFast && (1 << 14...1 << 21).contains(depth * columns)
  }

  /// Rows of A below which packing B takes as long as the product.
  package static let fewestRows = 16

  /// Numbers of a right factor that stay in the first-level cache.
  private static let mostOfSmall = 1 << 13

  /// A small right factor as registers read it: where it is, or, if it is transposed, as each tile packs it. A BLAS
  /// takes as long for its packing as for the sums of such products.
  private static func small(
    _ b: RegisterMultiply.Right, rows: Int, depth: Int, columns: Int
  ) -> RegisterMultiply.Right? {
    guard RegisterProduct.isFast, depth * columns <= mostOfSmall, case .stored(let matrix) = b
    else { return nil }
    guard matrix.isTransposed else {
      guard columns % Lanes.scalarCount == 0 else { return nil }
      return .packed(
        PanelMatrix(matrix.values, stride: matrix.stride, depth: depth, columns: columns))
    }
    return rows >= fewestRows && depth >= Lanes.scalarCount ? b : nil
  }

  /// - Parameters:
  ///   - a: shape `rows × depth` after transposition.
  ///   - b: shape `depth × columns` after transposition.
  ///   - c: shape `rows × columns`.
  ///   - registers: see `prefersRegisters`, asked about the weights among the factors.
  ///   - threads: those that share the tiles.
  ///   - rowsOfAll: of a product of which these rows are a part that is computed like the whole.
  package init(
    rows: Int, columns: Int, depth: Int, _ a: StoredMatrix, _ b: RegisterMultiply.Right,
    into c: UnsafeMutablePointer<Float>, stride: Int, initial: PanelProduct.Initial,
    registers: Bool, rowsOfAll: Int? = nil, threads: Int
  ) {
    let small = Self.small(b, rows: rowsOfAll ?? rows, depth: depth, columns: columns)
    if small == nil, case .stored(let matrix) = b,
      matrix.isTransposed || !registers || rowsOfAll ?? rows < Self.fewestRows
    {
      self = .blas(
        MatrixMultiply(
          rows: rows, columns: columns, depth: depth, a, matrix, into: c, stride: stride),
        initial: initial)
    } else {
      self = .registers(
        RegisterMultiply(
          rows: rows, columns: columns, depth: depth, a, small ?? b, into: c, stride: stride,
          initial: initial, threads: threads))
    }
  }

  /// Multiply-adds.
  package var work: Int {
    switch self {
    case .blas(let product, _): product.rows * product.columns * product.depth
    case .registers(let product): product.rows * product.columns * product.depth
    case .bfloat16(let product): product.rows * product.columns * product.depth
    }
  }

  package var tileCount: Int {
    switch self {
    case .blas(let product, _): product.tileCount
    case .registers(let product): product.tileCount
    case .bfloat16(let product): product.tileCount
    }
  }

  package func tile(_ index: Int) -> ProductTile {
    switch self {
    case .blas(let product, _): product.tile(index)
    case .registers(let product): product.tile(index)
    case .bfloat16(let product): product.tile(index)
    }
  }

  /// Computes one block of C on the calling thread.
  ///
  /// - Parameter scratch: room for `scratchElements` of what it is.
  package func multiply(tile: ProductTile, scratch: UnsafeMutablePointer<Float>) {
    switch self {
    case .registers(let product): product.multiply(tile: tile, scratch: scratch)
    case .bfloat16(let product): product.multiply(tile: tile, scratch: scratch)
    case .blas(let product, let initial):
      switch initial {
      case .zero: product.multiply(tile: tile, beta: 0)
      case .stored: product.multiply(tile: tile, beta: 1)
      case .row(let values):
        let columns = tile.columns
        for row in tile.rows {
          (product.c + row * product.strideC + columns.lowerBound).update(
            from: values + columns.lowerBound, count: columns.count)
        }
        product.multiply(tile: tile, beta: 1)
      }
    }
  }
}
