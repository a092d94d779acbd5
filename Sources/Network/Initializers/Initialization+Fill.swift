import Numerics

extension NetworkPlan.Initialization {
  /// Draws the first values, block by block: block k takes the numbers of step k.
  ///
  /// - Parameter index: the number of the parameter in the network.
  func fill(_ values: UnsafeMutablePointer<Float>, seed: UInt64, index: Int) {
    guard blocks > 1 else {
      return initializer.fill(
        UnsafeMutableBufferPointer(start: values, count: parameter.shape.count),
        shape: parameter.shape, fans: fans,
        random: Random(seed: seed, .initialization(parameter: index)))
    }
    var extents = parameter.shape.dimensions
    let columns = extents.removeLast()
    let width = columns / blocks
    let shape = Shape(extents + [width])
    var drawn = [Float](repeating: 0, count: shape.count)
    for block in 0..<blocks {
      drawn.withUnsafeMutableBufferPointer {
        initializer.fill(
          $0, shape: shape, fans: fans,
          random: Random(seed: seed, .initialization(parameter: index), step: block))
      }
      let offset = offsets.isEmpty ? 0 : offsets[block]
      for (index, value) in drawn.enumerated() {
        values[index / width * columns + block * width + index % width] = value + offset
      }
    }
  }
}
