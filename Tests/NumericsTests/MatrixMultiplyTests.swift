import Numerics
import TestSupport
import Testing

struct MatrixMultiplyTests {
  struct Case: Sendable {
    var rows: Int
    var columns: Int
    var depth: Int
    var gap = 0
  }

  /// Sides below, at and above the width of a vector, long and thin ones, and products large enough
  /// to be cut along each side.
  static let cases = [
    Case(rows: 1, columns: 1, depth: 1), Case(rows: 3, columns: 5, depth: 7),
    Case(rows: 16, columns: 16, depth: 16), Case(rows: 17, columns: 15, depth: 33, gap: 3),
    Case(rows: 1, columns: 1000, depth: 10), Case(rows: 1000, columns: 1, depth: 10, gap: 1),
    Case(rows: 130, columns: 270, depth: 301), Case(rows: 64, columns: 700, depth: 100, gap: 5),
    Case(rows: 2000, columns: 40, depth: 60), Case(rows: 65, columns: 129, depth: 1500),
  ]

  /// A product with its operands, stored plain or transposed.
  private struct Product {
    let size: Case
    let a: RandomMatrix
    let b: RandomMatrix
    let c: RandomMatrix
    let transposesA: Bool
    let transposesB: Bool

    init(_ size: Case, transposesA: Bool, transposesB: Bool) {
      var generator = SplitMix64(seed: 4)
      self.size = size
      self.transposesA = transposesA
      self.transposesB = transposesB
      let (aRows, aColumns) = transposesA ? (size.depth, size.rows) : (size.rows, size.depth)
      let (bRows, bColumns) = transposesB ? (size.columns, size.depth) : (size.depth, size.columns)
      a = RandomMatrix(aRows, aColumns, gap: size.gap, using: &generator)
      b = RandomMatrix(bRows, bColumns, gap: size.gap, using: &generator)
      c = RandomMatrix(size.rows, size.columns, gap: size.gap, using: &generator)
    }

    func result(beta: Float, threads: Int) -> [Float] {
      var c = c.values
      if beta == 0 {
        // What stood there before does not count, not even as 0 · NaN.
        for row in 0..<size.rows {
          for column in 0..<size.columns { c[row * self.c.stride + column] = .nan }
        }
      }
      a.values.withUnsafeBufferPointer { a in
        b.values.withUnsafeBufferPointer { b in
          c.withUnsafeMutableBufferPointer { c in
            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else {
              return
            }
            let storedA = StoredMatrix(a, stride: self.a.stride)
            let storedB = StoredMatrix(b, stride: self.b.stride)
            ThreadPool(threads: threads).run(
              MatrixMultiply(
                rows: size.rows, columns: size.columns, depth: size.depth,
                transposesA ? storedA.transposed : storedA,
                transposesB ? storedB.transposed : storedB,
                into: c, stride: self.c.stride, beta: beta))
          }
        }
      }
      return c
    }

    /// The definition in double precision; elements between the rows stay.
    func expected(beta: Double) -> [Double] {
      var result = c.values.map(Double.init)
      for row in 0..<size.rows {
        for column in 0..<size.columns {
          var sum = beta * c[row, column]
          for inner in 0..<size.depth {
            sum +=
              (transposesA ? a[inner, row] : a[row, inner])
              * (transposesB ? b[column, inner] : b[inner, column])
          }
          result[row * c.stride + column] = sum
        }
      }
      return result
    }
  }

  @Test(arguments: cases)
  func equalsTheDefinitionForAnyThreads(size: Case) {
    for transposesA in [false, true] {
      for transposesB in [false, true] {
        let product = Product(size, transposesA: transposesA, transposesB: transposesB)
        for beta: Float in [0, 1] {
          let result = product.result(beta: beta, threads: 1)
          let error = largestError(
            of: result, against: product.expected(beta: Double(beta)))
          // An addition rounds by at most 2⁻²⁴ of a sum that stays around 1.
          #expect(error < 0x1p-24 * Double(4 + size.depth))
          for threads in [2, 4] {
            #expect(bits(product.result(beta: beta, threads: threads)) == bits(result))
          }
        }
      }
    }
  }

  @Test(arguments: cases)
  func tilesCoverTheProductOnce(size: Case) {
    let kernel = Self.kernel(rows: size.rows, columns: size.columns, depth: size.depth)
    var counts = [Int](repeating: 0, count: size.rows * size.columns)
    for index in 0..<kernel.tileCount {
      let tile = kernel.tile(index)
      for row in tile.rows {
        for column in tile.columns { counts[row * size.columns + column] += 1 }
      }
    }
    #expect(counts.allSatisfy { $0 == 1 })
  }

  @Test func largeProductsAreCut() {
    #expect(Self.kernel(rows: 8, columns: 8, depth: 8).tileCount == 1)
    #expect(Self.kernel(rows: 512, columns: 512, depth: 512).tileCount >= 8)
  }

  private static func kernel(rows: Int, columns: Int, depth: Int) -> MatrixMultiply {
    let nothing = UnsafeMutablePointer<Float>.allocate(capacity: 1)
    defer { nothing.deallocate() }
    let matrix = StoredMatrix(nothing, stride: 1)
    return MatrixMultiply(
      rows: rows, columns: columns, depth: depth, matrix, matrix, into: nothing, stride: columns)
  }
}
