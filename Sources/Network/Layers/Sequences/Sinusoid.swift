import Glibc

/// Vectors that tell positions apart without learning (Vaswani et al., Attention is all you need, NIPS 2017):
///
///     p[t, 2i] = sin(t / 10000^(2i / dimensions))
///     p[t, 2i + 1] = cos(t / 10000^(2i / dimensions))
package enum Sinusoid {
  /// Those of so many positions from the first on, row by row.
  package static func vectors(steps: Int, dimensions: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: steps * dimensions) { buffer, count in
      if let first = buffer.baseAddress {
        fill(first, positions: 0..<steps, dimensions: dimensions)
      }
      count = steps * dimensions
    }
  }

  /// - Parameter vectors: shape `positions.count × dimensions`.
  static func fill(
    _ vectors: UnsafeMutablePointer<Float>, positions: Range<Int>, dimensions: Int
  ) {
    for pair in 0..<(dimensions + 1) / 2 {
      let frequency = exp(-log(10_000) * Double(2 * pair) / Double(dimensions))
      for position in positions {
        let vector = vectors + (position - positions.lowerBound) * dimensions
        let angle = Double(position) * frequency
        vector[2 * pair] = Float(sin(angle))
        if 2 * pair + 1 < dimensions { vector[2 * pair + 1] = Float(cos(angle)) }
      }
    }
  }
}
