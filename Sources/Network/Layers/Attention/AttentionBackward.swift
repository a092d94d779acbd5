import Numerics

/// The gradients of queries, keys and values from that of the context O = P·V; a tile is one head of one
/// example. With P = softmax(S), S = scale · Q·Kᵀ:
///
///     ∂V = Pᵀ·∂O      ∂P = ∂O·Vᵀ      ∂S = P ∘ (∂P − rowsum(∂P ∘ P))
///     ∂Q = scale · ∂S·K      ∂K = scale · ∂Sᵀ·Q
///
/// With a mask M, P ∘ M takes the place of P in ∂V, and ∂P is masked.
struct AttentionBackward: TileKernel {
  let geometry: AttentionGeometry
  let projected: UnsafePointer<Float>
  let weights: UnsafePointer<Float>
  let contextGradient: UnsafePointer<Float>
  let projectedGradient: UnsafeMutablePointer<Float>
  let mask: AttentionMask?
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: AttentionBackward.self).pointee.run(tile, worker)
    }
  }

  private func run(_ tile: Int, _ worker: Int) {
    let (row, head) = (tile / geometry.heads, tile % geometry.heads)
    let queries = projected + geometry.projectedOffset(row: row, head: head)
    let factor = TransposedFactor(
      StoredMatrix(queries + 2 * geometry.dimensions, stride: geometry.projectedStride),
      rows: geometry.steps, depth: geometry.width, scratch: scratch[worker])
    // The last block sees all keys and assigns their gradients; the others add to those they see.
    for index in (0..<geometry.blockCount).reversed() {
      run(geometry.block(index), values: factor, row: row, head: head, scratch[worker])
    }
  }

  private func run(
    _ block: Range<Int>, values: TransposedFactor, row: Int, head: Int,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let (width, dimensions) = (geometry.width, geometry.dimensions)
    let (stride, weightStride) = (geometry.projectedStride, geometry.weightStride)
    let first = block.lowerBound
    let keyCount = geometry.keys(of: block)
    let beta: Float = block.upperBound == geometry.steps ? 0 : 1
    let offset = geometry.projectedOffset(row: row, head: head)
    let queries = projected + offset
    let queryGradient = projectedGradient + offset
    let weights = self.weights + geometry.weightOffset(row: row, head: head, query: first)
    let gradient = StoredMatrix(
      contextGradient + geometry.contextOffset(row: row, head: head) + first * dimensions,
      stride: dimensions)

    let scores = scratch + geometry.scoresOffset
    values.multiply(
      rows: block.count, columns: keyCount, gradient, into: scores, stride: weightStride)
    let factors =
      applyMask(
        to: scores, weights: weights, block, row: row, head: head,
        masked: scratch + geometry.maskedOffset)
      ?? StoredMatrix(weights, stride: weightStride)
    MatrixMultiply(
      rows: keyCount, columns: width, depth: block.count, factors.transposed, gradient,
      into: queryGradient + 2 * dimensions, stride: stride, beta: beta
    ).runSmallOnThisThread()

    for query in 0..<block.count {
      AttentionSoftmax.differentiate(
        scores + query * weightStride, weights + query * weightStride, count: keyCount,
        scale: geometry.scale)
    }
    let scoreGradient = StoredMatrix(scores, stride: weightStride)
    MatrixMultiply(
      rows: block.count, columns: width, depth: keyCount, scoreGradient,
      StoredMatrix(queries + dimensions, stride: stride), into: queryGradient + first * stride,
      stride: stride
    ).runSmallOnThisThread()
    MatrixMultiply(
      rows: keyCount, columns: width, depth: block.count, scoreGradient.transposed,
      StoredMatrix(queries + first * stride, stride: stride), into: queryGradient + dimensions,
      stride: stride, beta: beta
    ).runSmallOnThisThread()
  }

  /// Masks the gradient of the weights.
  ///
  /// - Returns: the masked weights; without a mask `nil`.
  private func applyMask(
    to gradient: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>, _ block: Range<Int>,
    row: Int, head: Int, masked: UnsafeMutablePointer<Float>
  ) -> StoredMatrix? {
    guard let mask else { return nil }
    let keyCount = geometry.keys(of: block)
    for query in block {
      let index = query - block.lowerBound
      let target = masked + index * geometry.maskStride
      let source = weights + index * geometry.weightStride
      let gradient = gradient + index * geometry.weightStride
      mask.fill(target, row: row, head: head, query: query, keys: keyCount)
      for key in 0..<keyCount {
        gradient[key] *= target[key]
        target[key] *= source[key]
      }
    }
    return StoredMatrix(masked, stride: geometry.maskStride)
  }
}
