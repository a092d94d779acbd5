import Numerics

/// Arrays with their dimensions in another order.
package enum Permutation {
  /// - Parameters:
  ///   - order: for each dimension of the result the one that it is of the array.
  ///   - values: row by row.
  package static func apply(_ order: [Int], to values: [Float], _ shape: Shape) -> [Float] {
    let extents = shape.dimensions
    var strides = Array(repeating: 1, count: extents.count)
    for dimension in extents.indices.dropLast().reversed() {
      strides[dimension] = strides[dimension + 1] * extents[dimension + 1]
    }
    let (newExtents, steps) = (order.map { extents[$0] }, order.map { strides[$0] })
    var result: [Float] = []
    result.reserveCapacity(values.count)
    func append(_ dimension: Int, _ offset: Int) {
      guard dimension < newExtents.count else { return result.append(values[offset]) }
      for index in 0..<newExtents[dimension] {
        append(dimension + 1, offset + index * steps[dimension])
      }
    }
    append(0, 0)
    return result
  }
}
