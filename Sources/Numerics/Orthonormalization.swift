import CBLAS

/// Makes vectors orthonormal, each one orthogonal to those before it and otherwise as it was.
///
/// Gram and Schmidt by blocks, so that nearly all of it are products of matrices, and all of it twice, which is enough for all
/// digits (Giraud, Langou, Rozložník and van den Eshof, Numerische Mathematik 101, 2005).
///
/// - Parameters:
///   - vectors: shape `count × length`, linearly independent.
///   - count: at most `length`.
package func orthonormalize(_ vectors: UnsafeMutablePointer<Double>, count: Int, length: Int) {
  BLASLibrary.useSingleThread()
  let most = 32
  withUnsafeTemporaryAllocation(of: Double.self, capacity: most * count) { projections in
    guard let projections = projections.baseAddress else { return }
    for first in stride(from: 0, to: count, by: most) {
      let block = vectors + first * length
      let members = min(most, count - first)
      for _ in 0..<2 {
        if first > 0 {
          subtract(vectors, count: first, from: block, count: members, length, projections)
        }
        for member in 0..<members {
          let vector = block + member * length
          for other in 0..<member {
            subtract(block + other * length, from: vector, length)
          }
          let norm = dot(vector, vector, length).squareRoot()
          for index in 0..<length { vector[index] /= norm }
        }
      }
    }
  }
}

/// `block −= (block·basisᵀ)·basis`
///
/// - Parameter projections: room for `block·basisᵀ`.
private func subtract(
  _ basis: UnsafePointer<Double>, count: Int, from block: UnsafeMutablePointer<Double>,
  count members: Int, _ length: Int, _ projections: UnsafeMutablePointer<Double>
) {
  let (rows, depth, columns) = (Int32(members), Int32(count), Int32(length))
  cblas_dgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, rows, depth, columns, 1, block, columns,
    basis, columns, 0, projections, depth)
  cblas_dgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, depth, -1, projections, depth, basis,
    columns, 1, block, columns)
}

/// `vector −= (vector·other)·other`
private func subtract(
  _ other: UnsafePointer<Double>, from vector: UnsafeMutablePointer<Double>, _ length: Int
) {
  let projection = dot(vector, other, length)
  for index in 0..<length { vector[index] -= projection * other[index] }
}

/// The sum of products, eight at a time.
private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ length: Int) -> Double {
  var sums = SIMD8<Double>()
  let whole = length / 8 * 8
  for first in stride(from: 0, to: whole, by: 8) {
    sums += SIMD8(at: a + first) * SIMD8(at: b + first)
  }
  var sum = sums.sum()
  for index in whole..<length { sum += a[index] * b[index] }
  return sum
}
