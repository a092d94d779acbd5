import Numerics
import TestSupport
import Testing

struct TransposedFactorTests {
  struct Case: Sendable {
    var rows: Int
    var depth: Int
  }

  private static let cases = [
    Case(rows: 1, depth: 1), Case(rows: 5, depth: 20), Case(rows: 16, depth: 16),
    Case(rows: 33, depth: 31), Case(rows: 64, depth: 32), Case(rows: 100, depth: 150),
  ]

  /// By all rows of the factor, and by the first ones alone, whose products are the same.
  @Test(arguments: cases) func equalsTheDefinition(size: Case) {
    var generator = SplitMix64(seed: 12)
    let left = RandomMatrix(7, size.depth, gap: 2, using: &generator)
    let right = RandomMatrix(size.rows, size.depth, gap: 3, using: &generator)
    let stride = (size.rows + 15) / 16 * 16
    let count = TransposedFactor.scratchElements(rows: size.rows, depth: size.depth)
    var scratch = [Float](repeating: .infinity, count: count + 16)
    scratch.withUnsafeMutableBufferPointer { scratch in
      left.values.withUnsafeBufferPointer { a in
        right.values.withUnsafeBufferPointer { b in
          guard let a = a.baseAddress, let b = b.baseAddress, let scratch = scratch.baseAddress
          else { return }
          let factor = TransposedFactor(
            StoredMatrix(b, stride: right.stride), rows: size.rows, depth: size.depth,
            scratch: scratch)
          var whole: [Float] = []
          for columns in [size.rows, (size.rows + 1) / 2] {
            var result = [Float](repeating: .nan, count: left.rows * stride)
            factor.multiply(
              rows: left.rows, columns: columns, StoredMatrix(a, stride: left.stride),
              into: &result, stride: stride)
            for row in 0..<left.rows {
              let expected = (0..<columns).map { column in
                (0..<size.depth).reduce(0) { $0 + left[row, $1] * right[column, $1] }
              }
              let products = Array(result[row * stride..<row * stride + columns])
              #expect(
                largestError(of: products, against: expected) < 0x1p-24 * Double(4 + size.depth))
              whole += columns == size.rows ? products : []
              let first = row * size.rows
              #expect(bits(products) == bits(whole[first..<first + columns]))
            }
          }
        }
      }
    }
    #expect(scratch.suffix(16).allSatisfy { $0 == .infinity })
  }
}
