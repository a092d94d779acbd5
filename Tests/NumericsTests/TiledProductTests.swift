import Numerics
import TestSupport
import Testing

struct TiledProductTests {
  struct Case: Sendable {
    var rows: Int
    var columns: Int
    var depth: Int
  }

  /// Sides below, at and above those of a block of registers or of the right factor, and products that are
  /// cut along each side or both.
  static let cases = [
    Case(rows: 1, columns: 1, depth: 1), Case(rows: 16, columns: 10, depth: 40),
    Case(rows: 17, columns: 64, depth: 128), Case(rows: 30, columns: 65, depth: 129),
    Case(rows: 64, columns: 512, depth: 300), Case(rows: 500, columns: 70, depth: 150),
    Case(rows: 400, columns: 272, depth: 130), Case(rows: 300, columns: 270, depth: 260),
    Case(rows: 149, columns: 520, depth: 257), Case(rows: 288, columns: 416, depth: 128),
    Case(rows: 40, columns: 64, depth: 64), Case(rows: 33, columns: 30, depth: 200),
    Case(rows: 5, columns: 48, depth: 20),
  ]

  enum Start: CaseIterable, Sendable {
    case zero
    case row
    case stored
  }

  enum Right: CaseIterable, Sendable {
    case stored
    case transposed
    case packed
  }

  private struct Product {
    let size: Case
    let transposesA: Bool
    let a: RandomMatrix
    let b: RandomMatrix
    let c: RandomMatrix
    let row: RandomMatrix

    init(_ size: Case, transposesA: Bool) {
      var generator = SplitMix64(seed: 11)
      self.size = size
      self.transposesA = transposesA
      let (aRows, aColumns) = transposesA ? (size.depth, size.rows) : (size.rows, size.depth)
      a = RandomMatrix(aRows, aColumns, gap: 3, using: &generator)
      b = RandomMatrix(size.depth, size.columns, gap: 5, using: &generator)
      c = RandomMatrix(size.rows, size.columns, gap: 2, using: &generator)
      row = RandomMatrix(1, size.columns, using: &generator)
    }

    /// C, and what lies between its rows.
    func result(_ start: Start, _ right: Right, registers: Bool, threads: Int = 2) -> [Float] {
      var values = c.values
      var panels = [Float](
        repeating: .nan, count: PanelMatrix.elements(depth: size.depth, columns: size.columns))
      let guarded = RegisterMultiply.scratchElements + 64
      var scratch = [Float](repeating: .infinity, count: guarded)
      let transposedB = (0..<size.columns).flatMap { column in
        (0..<size.depth).map { Float(b[$0, column]) }
      }
      a.values.withUnsafeBufferPointer { a in
        b.values.withUnsafeBufferPointer { b in
          transposedB.withUnsafeBufferPointer { transposedB in
            row.values.withUnsafeBufferPointer { row in
              panels.withUnsafeMutableBufferPointer { panels in
                scratch.withUnsafeMutableBufferPointer { scratch in
                  values.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress,
                      let row = row.baseAddress, let transposedB = transposedB.baseAddress,
                      let panels = panels.baseAddress, let scratch = scratch.baseAddress
                    else { return }
                    let left = StoredMatrix(a, stride: self.a.stride)
                    let stored = StoredMatrix(b, stride: self.b.stride)
                    let packing = PanelPacking(
                      stored, depth: size.depth, columns: size.columns, into: panels)
                    for tile in 0..<packing.tileCount { packing.pack(tile: tile) }
                    let factor: RegisterMultiply.Right =
                      switch right {
                      case .stored: .stored(stored)
                      case .transposed:
                        .stored(StoredMatrix(transposedB, stride: size.depth).transposed)
                      case .packed: .packed(packing.packed)
                      }
                    let product = TiledProduct(
                      rows: size.rows, columns: size.columns, depth: size.depth,
                      transposesA ? left.transposed : left, factor, into: c,
                      stride: self.c.stride,
                      initial: start == .zero ? .zero : start == .row ? .row(row) : .stored,
                      registers: registers, threads: threads)
                    for index in (0..<product.tileCount).reversed() {
                      product.multiply(tile: product.tile(index), scratch: scratch)
                    }
                  }
                }
              }
            }
          }
        }
      }
      #expect(scratch.suffix(64).allSatisfy { $0 == .infinity })
      return values
    }

    func expected(_ start: Start) -> [Double] {
      var values = c.values.map { Double($0) }
      for i in 0..<size.rows {
        for j in 0..<size.columns {
          let index = i * c.stride + j
          let first = start == .zero ? 0 : start == .row ? row[0, j] : values[index]
          values[index] = (0..<size.depth).reduce(first) {
            $0 + (transposesA ? a[$1, i] : a[i, $1]) * b[$1, j]
          }
        }
      }
      return values
    }
  }

  @Test(arguments: cases, Start.allCases)
  func equalsTheDefinition(size: Case, start: Start) {
    let tolerance = 0x1p-24 * Double(4 + size.depth)
    for transposesA in [false, true] {
      let product = Product(size, transposesA: transposesA)
      let expected = product.expected(start)
      for right in Right.allCases {
        for registers in [false, true] {
          let result = product.result(start, right, registers: registers)
          #expect(largestError(of: result, against: expected) < tolerance)
        }
      }
    }
  }

  /// Packing beforehand changes no bit, as few rows at a time as they may be.
  @Test func packingChangesNothing() {
    for size in Self.cases where size.rows >= TiledProduct.fewestRows {
      for transposesA in [false, true] {
        let product = Product(size, transposesA: transposesA)
        let packed = product.result(.row, .packed, registers: true)
        #expect(bits(product.result(.row, .stored, registers: true)) == bits(packed))
      }
    }
  }

  /// A small factor gives the same bits in whatever order it lies, and whether or not others of the layer are small.
  @Test(.enabled(if: RegisterProduct.isFast)) func smallFactorsAreReadAsPackedOnes() {
    for size in [
      Case(rows: 40, columns: 64, depth: 64), Case(rows: 16, columns: 128, depth: 64),
      Case(rows: 100, columns: 16, depth: 150),
    ] {
      for transposesA in [false, true] {
        let product = Product(size, transposesA: transposesA)
        let packed = bits(product.result(.row, .packed, registers: true))
        for registers in [false, true] {
          #expect(bits(product.result(.row, .stored, registers: registers)) == packed)
          #expect(bits(product.result(.row, .transposed, registers: registers)) == packed)
        }
      }
    }
  }

  /// Nor does the number of threads, by which products of a transposed factor are cut.
  @Test(arguments: cases) func threadsChangeNothing(size: Case) {
    let product = Product(size, transposesA: true)
    let one = product.result(.row, .stored, registers: true, threads: 1)
    for threads in [2, 5, 16] {
      #expect(bits(product.result(.row, .stored, registers: true, threads: threads)) == bits(one))
    }
  }

  @Test(arguments: cases) func tilesCoverTheProductOnce(size: Case) {
    let nothing = UnsafeMutablePointer<Float>.allocate(capacity: 1)
    defer { nothing.deallocate() }
    let matrix = StoredMatrix(nothing, stride: 1)
    let panels = PanelMatrix(packed: nothing, depth: size.depth, columns: size.columns)
    for (left, right, threads) in [
      (matrix, RegisterMultiply.Right.stored(matrix), 2), (matrix.transposed, .stored(matrix), 2),
      (matrix.transposed, .stored(matrix), 16), (matrix, .packed(panels), 2),
    ] {
      let product = RegisterMultiply(
        rows: size.rows, columns: size.columns, depth: size.depth, left, right, into: nothing,
        stride: size.columns, threads: threads)
      var counts = [Int](repeating: 0, count: size.rows * size.columns)
      for index in 0..<product.tileCount {
        let tile = product.tile(index)
        for row in tile.rows {
          for column in tile.columns { counts[row * size.columns + column] += 1 }
        }
      }
      #expect(counts.allSatisfy { $0 == 1 })
      if size.rows * size.columns * size.depth >= 1 << 23 { #expect(product.tileCount > 1) }
    }
  }

  @Test func weightsOfSomeHundredUnitsAreForRegisters() {
    #expect(!TiledProduct.prefersRegisters(depth: 13, columns: 16))
    #expect(!TiledProduct.prefersRegisters(depth: 4096, columns: 4096))
    #expect(
      TiledProduct.prefersRegisters(depth: 512, columns: 256) == RegisterProduct.isFast)
  }
}
