/// A strip of a few columns of a product, `C = start + A·B`, over a part of the depth that is no longer than
/// `mostDepth`, on the calling thread.
///
/// B is read row by row by the first block of rows, which copies it to where the others read it, one row behind
/// the other: while registers are summed up there is time for that, where packing it before takes as long as
/// many sums. A is copied likewise in the first of several strips, if it is stored transposed, so that a block of
/// registers goes through neighbours instead of through a few numbers of each stored row.
struct StripProduct {
  static let mostDepth = 128
  /// Columns of the widest strip.
  static let mostColumns = RegisterProduct.mostVectors * Lanes.scalarCount
  /// Elements of scratch memory for the copy of B.
  static let rightElements = mostDepth * mostColumns

  /// A, element (row, step) `row · rowStep + step · depthStep` from the first.
  struct Left {
    var values: UnsafePointer<Float>
    var rowStep: Int
    var depthStep: Int
    /// Where the copy is or comes to be, `leftElements` of it.
    var copy: UnsafeMutablePointer<Float>
    var use: Use

    enum Use {
      /// As it is stored.
      case stored
      /// The blocks of rows that are read are copied. Rows are neighbours.
      case copies
      /// An earlier strip has made the copy.
      case copied
    }
  }

  /// Elements of scratch memory for the copy of so many rows of A.
  static func leftElements(rows: Int) -> Int {
    (rows + heightOfCopies - 1) / heightOfCopies * mostDepth * widthOfCopies
  }

  /// Rows of a block of a copied A.
  private static let heightOfCopies = 6
  /// Numbers that a column of such a block has room for.
  fileprivate static let widthOfCopies = 8

  let rows: Int
  /// Whole lanes, at most `mostColumns`.
  let columns: Int
  let depth: Int
  let a: Left
  /// Row by row.
  let b: StoredMatrix
  /// Room for `rightElements`.
  let copyOfB: UnsafeMutablePointer<Float>
  /// Shape `rows × columns`.
  let c: UnsafeMutablePointer<Float>
  let strideC: Int
  let start: RegisterProduct.Start
  /// What is asked for meanwhile: B of the next strip, and a part of the next A.
  let next: PrefetchQueue

  func multiply() {
    switch columns / Lanes.scalarCount {
    case 4: multiply(Wider<Wider<Wider<OneVector>>>.self)
    case 3: multiply(Wider<Wider<OneVector>>.self)
    case 2: multiply(Wider<OneVector>.self)
    default: multiply(OneVector.self)
    }
  }

  private func multiply<Columns: ColumnLanes>(_: Columns.Type) {
    let isStored = a.use == .stored
    let height =
      isStored ? RegisterProduct.mostRows(vectors: Columns.vectors) : Self.heightOfCopies
    let blocks = (rows + height - 1) / height
    var next = next
    next.spread(over: blocks * depth)
    var row = 0
    withUnsafeMutablePointer(to: &next) { next in
      for block in 0..<blocks {
        // Blocks of a copied A are where their copies are; else they are of about the same height.
        let end = isStored ? (block + 1) * rows / blocks : min(rows, row + height)
        Sum<Columns>(product: self, row: row, next: next).run(rows: end - row)
        row = end
      }
    }
  }

  /// The block of registers that begins with a row; the first one copies B for those that follow.
  private struct Sum<Columns: ColumnLanes>: BlockTask {
    let product: StripProduct
    let row: Int
    let next: UnsafeMutablePointer<PrefetchQueue>

    @inline(__always)
    func run<Block: RegisterBlock>(_: Block.Type) where Block.Columns == Columns {
      let isFirst = row == 0
      let copyOfB = isFirst && Block.rows < product.rows ? product.copyOfB : nil
      let factors = product.factors(row, width: Columns.vectors * Lanes.scalarCount)
      let target = product.start.block(
        of: product.c + row * product.strideC, stride: product.strideC, column: 0)
      if product.a.use == .copies {
        Block.sum(
          factors, into: target, copyOfA: product.copyOfA(row),
          copiesWhole: row + StripProduct.widthOfCopies <= product.rows, copyOfB: copyOfB,
          &next.pointee)
      } else if let copyOfB {
        Block.sum(factors, into: target, copyOfB: copyOfB, &next.pointee)
      } else {
        Block.sum(factors, into: target, &next.pointee)
      }
    }
  }

  /// - Parameter width: elements of a row of the copy of B.
  @inline(__always)
  private func factors(_ row: Int, width: Int) -> BlockFactors {
    let isCopied = a.use == .copied
    return BlockFactors(
      a: isCopied ? UnsafePointer(copyOfA(row)) : a.values + row * a.rowStep,
      row: isCopied ? 1 : a.rowStep, step: isCopied ? Self.widthOfCopies : a.depthStep,
      b: row == 0 ? b.values : UnsafePointer(copyOfB), stepB: row == 0 ? b.stride : width,
      steps: depth)
  }

  /// Where the copy of the block of A is that begins with a row.
  @inline(__always)
  private func copyOfA(_ row: Int) -> UnsafeMutablePointer<Float> {
    a.copy + row / Self.heightOfCopies * Self.mostDepth * Self.widthOfCopies
  }
}

// Each asks meanwhile for what is read next, in a loop of its own, so that the sums stay in registers.
extension RegisterBlock {
  /// Sums up a block of a single run.
  @inline(never)
  fileprivate static func sum(
    _ factors: BlockFactors, into c: BlockTarget, _ next: inout PrefetchQueue
  ) {
    var block = Self(c)
    let (row, step, stepB) = (factors.row, factors.step, factors.stepB)
    var (a, b) = (factors.a, factors.b)
    var left = factors.steps
    while left > 0 {
      let steps = next.ask(left: left)
      for _ in 0..<steps {
        block.add(a, stride: row, Columns(b))
        a += step
        b += stepB
      }
      left -= steps
    }
    block.store(to: c)
  }

  /// Sums up a block of a single run and copies the rows of B one behind the other.
  @inline(never)
  fileprivate static func sum(
    _ factors: BlockFactors, into c: BlockTarget, copyOfB: UnsafeMutablePointer<Float>,
    _ next: inout PrefetchQueue
  ) {
    var block = Self(c)
    let (row, step, stepB) = (factors.row, factors.step, factors.stepB)
    var (a, b, copy) = (factors.a, factors.b, copyOfB)
    var left = factors.steps
    while left > 0 {
      let steps = next.ask(left: left)
      for _ in 0..<steps {
        let columns = Columns(b)
        columns.store(to: copy)
        block.add(a, stride: row, columns)
        a += step
        b += stepB
        copy += Columns.vectors * Lanes.scalarCount
      }
      left -= steps
    }
    block.store(to: c)
  }

  /// Sums up a block of a single run whose rows of A are neighbours, and copies what it reads.
  ///
  /// - Parameters:
  ///   - copiesWhole: whether rows behind those of the block may be read, and fill the copy.
  ///   - copyOfB: where the rows of B go, if they are not there already.
  @inline(never)
  fileprivate static func sum(
    _ factors: BlockFactors, into c: BlockTarget, copyOfA: UnsafeMutablePointer<Float>,
    copiesWhole: Bool, copyOfB: UnsafeMutablePointer<Float>?, _ next: inout PrefetchQueue
  ) {
    var block = Self(c)
    let (step, stepB) = (factors.step, factors.stepB)
    var (a, b, copyOfA, copyOfB) = (factors.a, factors.b, copyOfA, copyOfB)
    var left = factors.steps
    while left > 0 {
      let steps = next.ask(left: left)
      for _ in 0..<steps {
        let columns = Columns(b)
        if let copy = copyOfB {
          columns.store(to: copy)
          copyOfB = copy + Columns.vectors * Lanes.scalarCount
        }
        if copiesWhole {
          SIMD8(at: a).store(to: copyOfA)
        } else {
          for row in 0..<rows { copyOfA[row] = a[row] }
        }
        block.add(a, stride: 1, columns)
        a += step
        b += stepB
        copyOfA += StripProduct.widthOfCopies
      }
      left -= steps
    }
    block.store(to: c)
  }
}
