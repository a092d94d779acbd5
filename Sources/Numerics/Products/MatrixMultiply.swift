import CBLAS

/// A matrix in row-major order, used as it is stored or transposed.
package struct StoredMatrix {
  package let values: UnsafePointer<Float>
  /// Elements from one stored row to the next.
  package let stride: Int
  package private(set) var isTransposed = false

  package init(_ values: UnsafePointer<Float>, stride: Int) {
    self.values = values
    self.stride = stride
  }

  package var transposed: StoredMatrix {
    var matrix = self
    matrix.isTransposed.toggle()
    return matrix
  }

  /// Elements from row to row and from column to column, after transposition.
  var steps: (row: Int, column: Int) { isTransposed ? (1, stride) : (stride, 1) }

  /// The matrix without its first rows or columns, after transposition.
  package func skipping(rows: Int = 0, columns: Int = 0) -> StoredMatrix {
    let rest = StoredMatrix(start(row: rows, column: columns), stride: stride)
    return isTransposed ? rest.transposed : rest
  }

  /// A block of it, after transposition.
  func prefetch(rows: Range<Int>, columns: Range<Int>) -> Prefetch {
    let (lines, width) = isTransposed ? (columns.count, rows.count) : (rows.count, columns.count)
    return Prefetch(
      start(row: rows.lowerBound, column: columns.lowerBound), stride: stride, rows: lines,
      columns: width)
  }

  fileprivate var flag: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }

  func start(row: Int, column: Int) -> UnsafePointer<Float> {
    isTransposed ? values + column * stride + row : values + row * stride + column
  }
}

/// The product of two matrices in row-major order, `C = A·B + beta·C`, cut into tiles of C.
///
/// Shapes after transposition: A `rows × depth`, B `depth × columns`, C `rows × columns`. Each tile
/// is one call of single-threaded `sgemm`; the depth is never cut, so every element of C is one sum
/// in one order.
package struct MatrixMultiply: TileKernel {
  package var rows: Int
  package var columns: Int
  package var depth: Int
  package var a: StoredMatrix
  package var b: StoredMatrix
  package var c: UnsafeMutablePointer<Float>
  package var strideC: Int
  /// 0 assigns to C, 1 adds to it.
  package var beta: Float

  package init(
    rows: Int, columns: Int, depth: Int, _ a: StoredMatrix, _ b: StoredMatrix,
    into c: UnsafeMutablePointer<Float>, stride strideC: Int, beta: Float = 0
  ) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.a = a
    self.b = b
    self.c = c
    self.strideC = strideC
    self.beta = beta
  }

  package static var entry: TileFunction {
    { context, tile, _ in
      let kernel = context.assumingMemoryBound(to: MatrixMultiply.self).pointee
      kernel.multiply(tile: kernel.tile(tile), beta: kernel.beta)
    }
  }

  private var tiling: ProductTiling { Self.tiling(rows: rows, columns: columns, depth: depth) }
  package var tileCount: Int { tiling.count }
  package func tile(_ index: Int) -> ProductTile { tiling.tile(index) }

  /// Computes one block of C on the calling thread.
  package func multiply(tile: ProductTile, beta: Float) {
    // Whoever multiplies without a pool may do so while the first pool begins; a look at a flag is nothing beside a product.
    BLASLibrary.useSingleThread()
    let row = tile.rows.lowerBound
    let column = tile.columns.lowerBound
    cblas_sgemm(
      CblasRowMajor, a.flag, b.flag, Int32(tile.rows.count), Int32(tile.columns.count),
      Int32(depth), 1, a.start(row: row, column: 0), Int32(a.stride),
      b.start(row: 0, column: column), Int32(b.stride), beta, c + row * strideC + column,
      Int32(strideC))
  }

  /// Computes the whole of C on the calling thread, for tiles of something larger.
  package func runOnThisThread() {
    multiply(tile: ProductTile(rows: 0..<rows, columns: 0..<columns), beta: beta)
  }

  /// The shortest side of a block that is still worth packing its operands.
  private static let shortestSide = 64

  /// At most 16 blocks, and more than 4 only of so much work that many threads are worth it: every block
  /// packs its part of A and B anew. Powers of two, which share out evenly.
  private static func parts(rows: Int, columns: Int, depth: Int) -> Int {
    let work = rows * columns * max(1, depth)
    let wanted = min(16, max(min(4, work / leastWork), work / fullWork))
    var parts = 1
    while 2 * parts <= wanted { parts *= 2 }
    return parts
  }

  /// Multiply-adds of a block that a handover is worth.
  private static let leastWork = 1 << 21
  /// Multiply-adds of a block that hide the packing.
  private static let fullWork = 1 << 23

  /// The longer side is cut first: long thin blocks pack the most.
  private static func tiling(rows: Int, columns: Int, depth: Int) -> ProductTiling {
    let parts = parts(rows: rows, columns: columns, depth: depth)
    var rowParts = 1
    var columnParts = 1
    while rowParts * columnParts < parts {
      let height = rows / rowParts
      let width = columns / columnParts
      if max(height, width) < shortestSide { break }
      if height > width { rowParts *= 2 } else { columnParts *= 2 }
    }
    let vector = Lanes.scalarCount
    return ProductTiling(
      rows: rows, columns: columns, rowParts: rowParts, multiple: vector, columnParts: columnParts,
      multiple: vector)
  }
}

extension MatrixMultiply {
  /// Computes the whole of C on the calling thread, in registers where B is a few whole lanes wide and lies
  /// as they need it: the BLAS takes as long for its packing as for the sums of such products.
  package func runSmallOnThisThread() {
    guard RegisterProduct.isFast, !b.isTransposed, columns % Lanes.scalarCount == 0, columns <= 128
    else { return runOnThisThread() }
    PanelProduct(
      rows: rows, a, PanelMatrix(b.values, stride: b.stride, depth: depth, columns: columns),
      into: c, stride: strideC, initial: beta == 0 ? .zero : .stored
    ).runOnThisThread()
  }
}

extension ThreadPool {
  package func run(_ product: MatrixMultiply) {
    run(product, tiles: product.tileCount)
  }
}
