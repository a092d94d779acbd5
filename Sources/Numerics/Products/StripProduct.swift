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

  /// Rows of a block of a copied A, and the numbers that it has room for.
  private static let (heightOfCopies, widthOfCopies) = (6, 8)

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
  let next: (b: Prefetch?, a: Prefetch?)

  func multiply() {
    switch columns / Lanes.scalarCount {
    case 4: multiply(Wider<Wider<Wider<OneVector>>>.self)
    case 3: multiply(Wider<Wider<OneVector>>.self)
    case 2: multiply(Wider<OneVector>.self)
    default: multiply(OneVector.self)
    }
  }

  private func multiply<Columns: ColumnLanes>(_: Columns.Type) {
    typealias Two = Taller<OneRow<Columns>>
    typealias Four = Taller<Taller<Two>>
    typealias Six = Taller<Taller<Four>>
    typealias Eight = Taller<Taller<Six>>
    typealias Ten = Taller<Taller<Eight>>
    let isStored = a.use == .stored
    let height =
      isStored ? RegisterProduct.mostRows(vectors: Columns.vectors) : Self.heightOfCopies
    let blocks = (rows + height - 1) / height
    var row = 0
    for block in 0..<blocks {
      // Blocks of a copied A are where their copies are; else they are of about the same height.
      let end = isStored ? (block + 1) * rows / blocks : min(rows, row + height)
      next.b?.part(block, of: blocks).start()
      next.a?.part(block, of: blocks).start()
      switch end - row {
      case 12: multiply(Taller<Taller<Ten>>.self, row, isFirst: block == 0)
      case 11: multiply(Taller<Ten>.self, row, isFirst: block == 0)
      case 10: multiply(Ten.self, row, isFirst: block == 0)
      case 9: multiply(Taller<Eight>.self, row, isFirst: block == 0)
      case 8: multiply(Eight.self, row, isFirst: block == 0)
      case 7: multiply(Taller<Six>.self, row, isFirst: block == 0)
      case 6: multiply(Six.self, row, isFirst: block == 0)
      case 5: multiply(Taller<Four>.self, row, isFirst: block == 0)
      case 4: multiply(Four.self, row, isFirst: block == 0)
      case 3: multiply(Taller<Two>.self, row, isFirst: block == 0)
      case 2: multiply(Two.self, row, isFirst: block == 0)
      default: multiply(OneRow<Columns>.self, row, isFirst: block == 0)
      }
      row = end
    }
  }

  @inline(__always)
  private func multiply<Block: RegisterBlock>(_: Block.Type, _ row: Int, isFirst: Bool) {
    let target = c + row * strideC
    var block: Block
    switch start {
    case .zero: block = Block()
    case .target: block = Block(target, stride: strideC)
    case .row(let values): block = Block(values, stride: 0)
    }
    let copy = a.copy + row / Self.heightOfCopies * Self.mostDepth * Self.widthOfCopies
    let isCopied = a.use == .copied
    let (rowStep, depthStep) = isCopied ? (1, Self.widthOfCopies) : (a.rowStep, a.depthStep)
    var factors = isCopied ? UnsafePointer(copy) : a.values + row * rowStep
    var strideB = Block.Columns.vectors * Lanes.scalarCount
    if isFirst || a.use == .copies {
      var right = isFirst ? b.values : UnsafePointer(copyOfB)
      if isFirst { strideB = b.stride }
      let copiesB = isFirst && Block.rows < rows
      let hasRoom = row + Self.widthOfCopies <= rows
      for index in 0..<depth {
        let columns = Block.Columns(right)
        if copiesB {
          columns.store(to: copyOfB + index * Block.Columns.vectors * Lanes.scalarCount)
        }
        if a.use == .copies {
          let place = copy + index * Self.widthOfCopies
          if hasRoom {
            SIMD8(at: factors).store(to: place)
          } else {
            for row in 0..<Block.rows { place[row] = factors[row] }
          }
        }
        block.add(factors, stride: rowStep, columns)
        factors += depthStep
        right += strideB
      }
    } else {
      var right = UnsafePointer(copyOfB)
      for _ in 0..<depth {
        block.add(factors, stride: rowStep, Block.Columns(right))
        factors += depthStep
        right += strideB
      }
    }
    block.store(to: target, stride: strideC)
  }
}

extension SIMD8<Float> {
  /// Reads from any address.
  @inline(__always)
  fileprivate init(at source: UnsafePointer<Float>) {
    self = UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  @inline(__always)
  fileprivate func store(to target: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(target).storeBytes(of: self, as: Self.self)
  }
}
