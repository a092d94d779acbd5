/// The sum of arrays that tiles computed each for itself, in the order of the arrays:
/// `result[i] = Σₚ parts[p · stride + i] + beta · result[i]`.
package struct PartialSums: TileKernel {
  private let parts: UnsafePointer<Float>
  private let partCount: Int
  private let stride: Int
  private let count: Int
  private let result: UnsafeMutablePointer<Float>
  private let beta: Float

  package init(
    of parts: UnsafePointer<Float>, partCount: Int, stride: Int, count: Int,
    into result: UnsafeMutablePointer<Float>, beta: Float
  ) {
    self.parts = parts
    self.partCount = partCount
    self.stride = stride
    self.count = count
    self.result = result
    self.beta = beta
  }

  /// Elements of the result in one tile; each is the sum of many.
  private static let elements = 2048

  package var tileCount: Int { Tiling.tiles(elements: count, of: Self.elements) }

  package static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: PartialSums.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    let range = Tiling.range(of: tile, count: count, size: Self.elements)
    let result = result
    if beta == 0 { for index in range { result[index] = 0 } }
    for part in 0..<partCount {
      let values = parts + part * stride
      for index in range { result[index] += values[index] }
    }
  }
}

extension ThreadPool {
  package func run(_ sums: PartialSums) { run(sums, tiles: sums.tileCount) }
}
