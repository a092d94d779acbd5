import CProcessor

/// The product of a matrix of few rows with one in panels, `C = A·B + initial`.
///
/// A BLAS packs its right factor for each product. Where the same factor follows matrices of few rows,
/// as at the steps of a recurrent layer, packing takes as long as the product, and is done once for all
/// of them here. Four rows of four panels are added up in registers, or of one panel where vectors are
/// short. Each element of C is one sum in the order of the depth, whatever the number of rows.
package struct PanelProduct {
  /// What the products are added to.
  package enum Initial {
    case zero
    /// The same row everywhere.
    case row(UnsafePointer<Float>)
    /// C itself.
    case stored
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
    let width = Lanes.scalarCount
    let whole = Lanes.whole(b.columns)
    var column = 0
    if processor_vector_bits() >= 512 {
      while column + 4 * width <= whole {
        multiply(FourPanels.self, column)
        column += 4 * width
      }
    }
    while column < whole {
      multiply(OnePanel.self, column)
      column += width
    }
    guard whole < b.columns else { return }
    if b.isPadded { multiplyPart(whole) } else { multiplyRest(whole..<b.columns) }
  }

  // MARK: - Whole panels

  /// All rows of the panels from a column on.
  @inline(__always)
  private func multiply<Block: PanelBlock>(_: Block.Type, _ column: Int) {
    var row = 0
    while row + 4 <= rows {
      multiplyFour(Block.self, row, column)
      row += 4
    }
    while row < rows {
      multiplyOne(Block.self, row, column)
      row += 1
    }
  }

  @inline(__always)
  private func multiplyFour<Block: PanelBlock>(_: Block.Type, _ row: Int, _ column: Int) {
    var (first, second) = (initial(Block.self, row, column), initial(Block.self, row + 1, column))
    var (third, fourth) = (
      initial(Block.self, row + 2, column), initial(Block.self, row + 3, column)
    )
    let steps = a.steps
    var (a, values) = (a.values + row * steps.row, panel(column))
    for _ in 0..<b.depth {
      let factors = Block(at: values, step: b.panelStride)
      first.add(a[0], factors)
      second.add(a[steps.row], factors)
      third.add(a[2 * steps.row], factors)
      fourth.add(a[3 * steps.row], factors)
      a += steps.column
      values += b.rowStride
    }
    let target = c + row * strideC + column
    first.store(to: target)
    second.store(to: target + strideC)
    third.store(to: target + 2 * strideC)
    fourth.store(to: target + 3 * strideC)
  }

  @inline(__always)
  private func multiplyOne<Block: PanelBlock>(_: Block.Type, _ row: Int, _ column: Int) {
    var sum = initial(Block.self, row, column)
    let steps = a.steps
    var (a, values) = (a.values + row * steps.row, panel(column))
    for _ in 0..<b.depth {
      sum.add(a[0], Block(at: values, step: b.panelStride))
      a += steps.column
      values += b.rowStride
    }
    sum.store(to: c + row * strideC + column)
  }

  private func panel(_ column: Int) -> UnsafePointer<Float> {
    b.values + column / Lanes.scalarCount * b.panelStride
  }

  @inline(__always)
  private func initial<Block: PanelBlock>(_: Block.Type, _ row: Int, _ column: Int) -> Block {
    switch initial {
    case .zero: Block()
    case .row(let values): Block(at: values + column, step: Lanes.scalarCount)
    case .stored: Block(at: c + row * strideC + column, step: Lanes.scalarCount)
    }
  }

  // MARK: - The last columns

  /// The columns of a panel that is filled up with zeros, as if there were all sixteen.
  private func multiplyPart(_ column: Int) {
    let (width, height) = (Lanes.scalarCount, 4)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: height * width) { buffer in
      guard let room = buffer.baseAddress else { return }
      for row in stride(from: 0, to: rows, by: height) {
        let part = min(height, rows - row)
        for index in 0..<part * width {
          let place = column + index % width
          room[index] = place < b.columns ? initialValue(row + index / width, place) : 0
        }
        PanelProduct(
          rows: part, a.skipping(rows: row),
          PanelMatrix(packed: panel(column), depth: b.depth, columns: width), into: room,
          stride: width, initial: .stored
        ).runOnThisThread()
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

/// A row of one or several panels, or of C.
private protocol PanelBlock {
  /// Zeros.
  init()

  /// - Parameter step: elements from a panel to the next.
  init(at source: UnsafePointer<Float>, step: Int)

  mutating func add(_ factor: Float, _ row: Self)
  func store(to target: UnsafeMutablePointer<Float>)
}

private struct OnePanel: PanelBlock {
  private var values = Lanes()

  @inline(__always)
  init() {}

  @inline(__always)
  init(at source: UnsafePointer<Float>, step: Int) { values = Lanes(at: source) }

  @inline(__always)
  mutating func add(_ factor: Float, _ row: OnePanel) {
    values = values.plus(Lanes(repeating: factor), times: row.values)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>) { values.store(to: target) }
}

private struct FourPanels: PanelBlock {
  private var (first, second, third, fourth) = (Lanes(), Lanes(), Lanes(), Lanes())

  @inline(__always)
  init() {}

  @inline(__always)
  init(at source: UnsafePointer<Float>, step: Int) {
    first = Lanes(at: source)
    second = Lanes(at: source + step)
    third = Lanes(at: source + 2 * step)
    fourth = Lanes(at: source + 3 * step)
  }

  @inline(__always)
  mutating func add(_ factor: Float, _ row: FourPanels) {
    let factor = Lanes(repeating: factor)
    first = first.plus(factor, times: row.first)
    second = second.plus(factor, times: row.second)
    third = third.plus(factor, times: row.third)
    fourth = fourth.plus(factor, times: row.fourth)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>) {
    let width = Lanes.scalarCount
    first.store(to: target)
    second.store(to: target + width)
    third.store(to: target + 2 * width)
    fourth.store(to: target + 3 * width)
  }
}
