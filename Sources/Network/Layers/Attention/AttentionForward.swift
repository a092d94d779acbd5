import Numerics

/// `softmax(scale · Q·Kᵀ) · V`; a tile is one head of one example, by blocks of its queries, whose scores
/// stay in cache.
struct AttentionForward: TileKernel {
  let geometry: AttentionGeometry
  let projected: UnsafePointer<Float>
  let context: UnsafeMutablePointer<Float>
  /// Where the weights are kept, if they are.
  let weights: UnsafeMutablePointer<Float>?
  let mask: AttentionMask?
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: AttentionForward.self).pointee.run(tile, worker)
    }
  }

  private func run(_ tile: Int, _ worker: Int) {
    let (row, head) = (tile / geometry.heads, tile % geometry.heads)
    let keys = projected + geometry.projectedOffset(row: row, head: head) + geometry.dimensions
    let factor = TransposedFactor(
      StoredMatrix(keys, stride: geometry.projectedStride), rows: geometry.steps,
      depth: geometry.width, scratch: scratch[worker])
    for index in 0..<geometry.blockCount {
      run(geometry.block(index), keys: factor, row: row, head: head, scratch[worker])
    }
  }

  private func run(
    _ block: Range<Int>, keys: TransposedFactor, row: Int, head: Int,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let (width, dimensions) = (geometry.width, geometry.dimensions)
    let (stride, weightStride) = (geometry.projectedStride, geometry.weightStride)
    let first = block.lowerBound
    let keyCount = geometry.keys(of: block)
    let queries = projected + geometry.projectedOffset(row: row, head: head)
    let values = queries + 2 * dimensions
    let scores =
      weights.map { $0 + geometry.weightOffset(row: row, head: head, query: first) }
      ?? scratch + geometry.scoresOffset
    keys.multiply(
      rows: block.count, columns: keyCount, StoredMatrix(queries + first * stride, stride: stride),
      into: scores, stride: weightStride)
    for query in block {
      AttentionSoftmax.apply(
        scores + (query - first) * weightStride, count: geometry.keys(of: query), end: keyCount,
        scale: geometry.scale)
    }
    var factors = StoredMatrix(scores, stride: weightStride)
    if let mask {
      let masked = scratch + geometry.maskedOffset
      for query in block {
        let target = masked + (query - first) * geometry.maskStride
        let source = scores + (query - first) * weightStride
        mask.fill(target, row: row, head: head, query: query, keys: keyCount)
        for key in 0..<keyCount { target[key] *= source[key] }
      }
      factors = StoredMatrix(masked, stride: geometry.maskStride)
    }
    MatrixMultiply(
      rows: block.count, columns: width, depth: keyCount, factors,
      StoredMatrix(values, stride: stride),
      into: context + geometry.contextOffset(row: row, head: head) + first * dimensions,
      stride: dimensions
    ).runSmallOnThisThread()
  }
}
