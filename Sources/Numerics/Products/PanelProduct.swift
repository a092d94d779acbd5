/// The product of a matrix of few rows with one in panels, `C = A·B + initial`.
///
/// A BLAS packs its right factor for each product. Where the same factor follows matrices of few rows,
/// as at the steps of a recurrent layer, packing takes as long as the product, and is done once for all
/// of them here. Each element of C is one sum in the order of the depth, whatever the number of rows.
package struct PanelProduct {
  /// What the products are added to.
  package enum Initial {
    case zero
    /// The same row everywhere.
    case row(UnsafePointer<Float>)
    /// C itself.
    case stored

    func skipping(columns: Int) -> Initial {
      if case .row(let values) = self { .row(values + columns) } else { self }
    }

    var start: RegisterProduct.Start {
      switch self {
      case .zero: .zero
      case .row(let values): .row(values)
      case .stored: .target
      }
    }
  }

  private let rows: Int
  private let a: StoredMatrix
  private let b: PanelMatrix
  private let c: UnsafeMutablePointer<Float>
  private let strideC: Int
  private let initial: Initial

  /// - Parameters:
  ///   - rows: those of A and C.
  ///   - a: shape `rows × depth` after transposition.
  ///   - c: shape `rows × columns`.
  package init(
    rows: Int, _ a: StoredMatrix, _ b: PanelMatrix, into c: UnsafeMutablePointer<Float>,
    stride strideC: Int, initial: Initial
  ) {
    self.rows = rows
    self.a = a
    self.b = b
    self.c = c
    self.strideC = strideC
    self.initial = initial
  }

  package func runOnThisThread() {
    // Behind the last columns of a matrix that is used in its place may be nothing that can be read.
    let together = b.isPadded ? b.columns : Lanes.whole(b.columns)
    if together > 0 {
      RegisterProduct(
        rows: rows, columns: together, run: b.depth,
        a: RegisterProduct.Left(values: a.values, row: a.steps.row, step: a.steps.column),
        b: RegisterProduct.Right(values: b.values, row: b.rowStride, panel: b.panelStride),
        c: RegisterProduct.Target(values: c, row: strideC), start: initial.start
      ).multiply()
    }
    if together < b.columns { multiplyRest(together..<b.columns) }
  }

  /// Columns behind the last panel of a matrix that is used in its place.
  private func multiplyRest(_ columns: Range<Int>) {
    let steps = a.steps
    for row in 0..<rows {
      for column in columns {
        var sum = initialValue(row, column)
        for index in 0..<b.depth {
          let factor = a.values[row * steps.row + index * steps.column]
          sum = sum.plus(factor, times: b.values[index * b.rowStride + column])
        }
        c[row * strideC + column] = sum
      }
    }
  }

  private func initialValue(_ row: Int, _ column: Int) -> Float {
    switch initial {
    case .zero: 0
    case .row(let values): values[column]
    case .stored: c[row * strideC + column]
    }
  }
}
