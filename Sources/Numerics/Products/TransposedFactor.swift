/// The right factor of several products on the calling thread, `C = A·Bᵀ` with B row by row.
///
/// Where registers are fast it is packed once for all of them.
package struct TransposedFactor {
  private enum Layout {
    case panels(PanelMatrix)
    case stored(StoredMatrix)
  }

  private let depth: Int
  private let layout: Layout

  /// Elements of scratch memory that one needs.
  package static func scratchElements(rows: Int, depth: Int) -> Int {
    RegisterProduct.isFast ? PanelMatrix.elements(depth: depth, columns: rows) : 0
  }

  /// - Parameters:
  ///   - matrix: shape `rows × depth`.
  ///   - scratch: room for `scratchElements`, as long as the factor is used.
  package init(
    _ matrix: StoredMatrix, rows: Int, depth: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    self.depth = depth
    guard RegisterProduct.isFast else {
      layout = .stored(matrix.transposed)
      return
    }
    let packing = PanelPacking(matrix.transposed, depth: depth, columns: rows, into: scratch)
    packing.runOnThisThread()
    layout = .panels(packing.packed)
  }

  /// Multiplies by the transposed first rows of B.
  ///
  /// - Parameters:
  ///   - rows: those of A and C.
  ///   - columns: those of C.
  ///   - c: rows end in room for whole vectors of sixteen, which may be written.
  package func multiply(
    rows: Int, columns: Int, _ a: StoredMatrix, into c: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    switch layout {
    case .panels(let panels):
      PanelProduct(
        rows: rows, a, panels.first(columns: columns.wholeLanes), into: c, stride: stride,
        initial: .zero
      ).runOnThisThread()
    case .stored(let matrix):
      MatrixMultiply(
        rows: rows, columns: columns, depth: depth, a, matrix, into: c, stride: stride
      ).runOnThisThread()
    }
  }
}
