import Numerics
import TestSupport
import Testing

struct ColumnSumsTests {
  private func sums(_ matrix: RandomMatrix, start: Float, beta: Float, threads: Int) -> [Float] {
    var sums = [Float](repeating: start, count: matrix.columns)
    matrix.values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let values = values.baseAddress, let result = sums.baseAddress else { return }
        let kernel = ColumnSums(
          values, rows: matrix.rows, columns: matrix.columns, into: result, beta: beta)
        ThreadPool(threads: threads).run(kernel, tiles: kernel.tileCount)
      }
    }
    return sums
  }

  @Test(arguments: [1, 2, 37], [1, 3, 6, 10, 16, 20, 84, 255, 256, 257, 1000])
  func equalTheDefinitionForAnyThreads(rows: Int, columns: Int) {
    var generator = SplitMix64(seed: 1)
    let matrix = RandomMatrix(rows, columns, using: &generator)
    let expected = (0..<columns).map { column in
      (0..<rows).reduce(0.0) { $0 + matrix[$1, column] }
    }
    // An addition rounds by at most 2⁻²⁴ of a sum that stays around 1.
    let tolerance = 0x1p-24 * Double(4 + rows)
    let assigned = sums(matrix, start: .nan, beta: 0, threads: 1)
    #expect(largestError(of: assigned, against: expected) < tolerance)
    let added = sums(matrix, start: 2, beta: 1, threads: 1)
    #expect(largestError(of: added, against: expected.map { $0 + 2 }) < tolerance)
    for threads in [2, 4] {
      #expect(bits(sums(matrix, start: .nan, beta: 0, threads: threads)) == bits(assigned))
      #expect(bits(sums(matrix, start: 2, beta: 1, threads: threads)) == bits(added))
    }
  }
}
