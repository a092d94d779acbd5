import Numerics
import TestSupport
import Testing

struct PanelProductTests {
  struct Case: Sendable {
    var rows: Int
    var depth: Int
    var columns: Int
    var gap = 0
  }

  /// Rows and columns below, at and above those of a block of registers.
  static let cases = [
    Case(rows: 1, depth: 1, columns: 1), Case(rows: 3, depth: 7, columns: 5, gap: 2),
    Case(rows: 4, depth: 16, columns: 16), Case(rows: 5, depth: 9, columns: 17, gap: 3),
    Case(rows: 8, depth: 30, columns: 64), Case(rows: 6, depth: 33, columns: 65, gap: 1),
    Case(rows: 2, depth: 100, columns: 79), Case(rows: 17, depth: 64, columns: 130, gap: 5),
    Case(rows: 9, depth: 300, columns: 128), Case(rows: 7, depth: 5, columns: 143, gap: 1),
  ]

  enum Start: CaseIterable, Sendable {
    case zero
    case row
    case stored
  }

  private struct Product {
    let size: Case
    let a: RandomMatrix
    let b: RandomMatrix
    let c: RandomMatrix
    let row: RandomMatrix
    let transposes: Bool

    /// - Parameter transposes: whether both factors are stored transposed.
    init(_ size: Case, transposes: Bool = false) {
      var generator = SplitMix64(seed: 5)
      self.size = size
      self.transposes = transposes
      let (aRows, aColumns) = transposes ? (size.depth, size.rows) : (size.rows, size.depth)
      let (bRows, bColumns) = transposes ? (size.columns, size.depth) : (size.depth, size.columns)
      a = RandomMatrix(aRows, aColumns, gap: size.gap, using: &generator)
      b = RandomMatrix(bRows, bColumns, gap: size.gap, using: &generator)
      c = RandomMatrix(size.rows, size.columns, gap: size.gap, using: &generator)
      row = RandomMatrix(1, size.columns, using: &generator)
    }

    /// C, and what lies between its rows.
    func result(_ start: Start, isPacked: Bool, rows: Range<Int>? = nil) -> [Float] {
      var values = c.values
      var packed = [Float](
        repeating: .nan, count: PanelMatrix.elements(depth: size.depth, columns: size.columns))
      let rows = rows ?? 0..<size.rows
      a.values.withUnsafeBufferPointer { a in
        b.values.withUnsafeBufferPointer { b in
          row.values.withUnsafeBufferPointer { row in
            packed.withUnsafeMutableBufferPointer { packed in
              values.withUnsafeMutableBufferPointer { c in
                guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress,
                  let packed = packed.baseAddress, let row = row.baseAddress
                else { return }
                let stored = StoredMatrix(b, stride: self.b.stride)
                let packing = PanelPacking(
                  transposes ? stored.transposed : stored, depth: size.depth,
                  columns: size.columns, into: packed)
                if isPacked { ThreadPool(threads: 2).run(packing, tiles: packing.tileCount) }
                let first = a + rows.lowerBound * (transposes ? 1 : self.a.stride)
                let left = StoredMatrix(first, stride: self.a.stride)
                PanelProduct(
                  rows: rows.count, transposes ? left.transposed : left,
                  isPacked
                    ? packing.packed
                    : PanelMatrix(
                      b, stride: self.b.stride, depth: size.depth, columns: size.columns),
                  into: c + rows.lowerBound * self.c.stride, stride: self.c.stride,
                  initial: start == .zero ? .zero : start == .row ? .row(row) : .stored
                ).runOnThisThread()
              }
            }
          }
        }
      }
      return values
    }

    func expected(_ start: Start) -> [Double] {
      var values = c.values.map { Double($0) }
      for i in 0..<size.rows {
        for j in 0..<size.columns {
          let index = i * c.stride + j
          let first = start == .zero ? 0 : start == .row ? row[0, j] : values[index]
          values[index] = (0..<size.depth).reduce(first) {
            $0 + (transposes ? a[$1, i] * b[j, $1] : a[i, $1] * b[$1, j])
          }
        }
      }
      return values
    }
  }

  @Test(arguments: cases, Start.allCases)
  func equalsTheDefinition(size: Case, start: Start) {
    let tolerance = 0x1p-24 * Double(4 + size.depth)
    for transposes in [false, true] {
      let product = Product(size, transposes: transposes)
      let expected = product.expected(start)
      let packed = product.result(start, isPacked: true)
      #expect(largestError(of: packed, against: expected) < tolerance)
      if !transposes { #expect(bits(product.result(start, isPacked: false)) == bits(packed)) }
    }
  }

  /// What a row becomes does not depend on the rows around it.
  @Test(arguments: cases) func rowsAreIndependent(size: Case) {
    let product = Product(size)
    let all = product.result(.stored, isPacked: true)
    for row in 0..<size.rows {
      let one = product.result(.stored, isPacked: true, rows: row..<row + 1)
      let range = row * product.c.stride..<row * product.c.stride + size.columns
      #expect(bits(one[range]) == bits(all[range]))
    }
  }
}
