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
    let whole = Lanes.whole(b.columns)
    if whole > 0 {
      product(
        rows: rows, a, from: 0, columns: whole, RegisterProduct.Target(values: c, row: strideC),
        start: initial.start
      ).multiply()
    }
    guard whole < b.columns else { return }
    if b.isPadded { multiplyPart(whole) } else { multiplyRest(whole..<b.columns) }
  }

  /// - Parameter first: the first column, that of a panel.
  private func product(
    rows: Int, _ a: StoredMatrix, from first: Int, columns: Int, _ c: RegisterProduct.Target,
    start: RegisterProduct.Start
  ) -> RegisterProduct {
    RegisterProduct(
      rows: rows, columns: columns, run: b.depth,
      a: RegisterProduct.Left(values: a.values, row: a.steps.row, step: a.steps.column),
      b: RegisterProduct.Right(
        values: b.values + first / Lanes.scalarCount * b.panelStride, row: b.rowStride,
        panel: b.panelStride), c: c, start: start)
  }

  /// The columns of a panel that is filled up with zeros, as if there were all sixteen.
  private func multiplyPart(_ column: Int) {
    let (width, height) = (Lanes.scalarCount, 12)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: height * width) { buffer in
      guard let room = buffer.baseAddress else { return }
      for row in stride(from: 0, to: rows, by: height) {
        let part = min(height, rows - row)
        for index in 0..<part * width {
          let place = column + index % width
          room[index] = place < b.columns ? initialValue(row + index / width, place) : 0
        }
        product(
          rows: part, a.skipping(rows: row), from: column, columns: width,
          RegisterProduct.Target(values: room, row: width), start: .target
        ).multiply()
        for index in 0..<part {
          let target = c + (row + index) * strideC
          for place in column..<b.columns { target[place] = room[index * width + place - column] }
        }
      }
    }
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
