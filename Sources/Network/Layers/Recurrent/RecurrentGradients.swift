import Numerics

/// The gradients of one direction that sum over all steps, as tiles of one pass:
///
///     ∂W = xᵀ·∂a,  ∂U = hᵀ·∂a,  ∂x = ∂a·Wᵀ,  ∂b = Σ ∂a
///
/// with the rows of all steps of all examples below each other. The recurrent product of a gru's
/// candidate has a gradient for itself, which takes the place of ∂a in its columns of ∂U.
struct RecurrentGradients: TileKernel {
  private let kernel: MatrixMultiply
  private let recurrent: MatrixMultiply
  private let candidate: MatrixMultiply?
  private let input: MatrixMultiply?
  private let bias: ColumnSums?
  private let recurrentBias: ColumnSums?

  init(
    _ direction: RecurrentDirection, _ geometry: RecurrentGeometry, input: Slot,
    _ memory: Memory, _ pass: Pass, inputBeta: Float
  ) {
    let (features, units, width) = (geometry.features, geometry.units, geometry.width)
    let rows = pass.rows * geometry.steps
    let beta = pass.gradientBeta
    let gates = UnsafePointer(memory.value(direction.gates))
    let gradient = StoredMatrix(gates, stride: width)
    let hidden = StoredMatrix(memory.value(direction.previous), stride: units).transposed
    let recurrentGradient = memory.gradient(direction.recurrentKernel)
    kernel = MatrixMultiply(
      rows: features, columns: width, depth: rows,
      StoredMatrix(memory.value(input), stride: features).transposed, gradient,
      into: memory.gradient(direction.kernel), stride: width, beta: beta)
    recurrent = MatrixMultiply(
      rows: units, columns: geometry.addedWidth, depth: rows, hidden, gradient,
      into: recurrentGradient, stride: width, beta: beta)
    candidate = direction.product.map {
      MatrixMultiply(
        rows: units, columns: units, depth: rows, hidden,
        StoredMatrix(memory.value($0), stride: units),
        into: recurrentGradient + geometry.addedWidth, stride: width, beta: beta)
    }
    self.input =
      input.hasGradient
      ? MatrixMultiply(
        rows: rows, columns: features, depth: width, gradient,
        StoredMatrix(memory.value(direction.kernel), stride: width).transposed,
        into: memory.gradient(input), stride: features, beta: inputBeta) : nil
    bias = direction.bias.map {
      ColumnSums(gates, rows: rows, columns: width, into: memory.gradient($0), beta: beta)
    }
    if let parameter = direction.recurrentBias, let product = direction.product {
      recurrentBias = ColumnSums(
        memory.value(product), rows: rows, columns: units, into: memory.gradient(parameter),
        beta: beta)
    } else {
      recurrentBias = nil
    }
  }

  var tileCount: Int {
    kernel.tileCount + recurrent.tileCount + (candidate?.tileCount ?? 0)
      + (input?.tileCount ?? 0) + (bias?.tileCount ?? 0) + (recurrentBias?.tileCount ?? 0)
  }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: RecurrentGradients.self).pointee.run(tile)
    }
  }

  private func run(_ index: Int) {
    var tile = index
    if Self.run(kernel, &tile) || Self.run(recurrent, &tile) { return }
    if Self.run(candidate, &tile) || Self.run(input, &tile) { return }
    let sums = bias?.tileCount ?? 0
    if tile < sums { bias?.sum(tile: tile) } else { recurrentBias?.sum(tile: tile - sums) }
  }

  /// Computes a tile if it is one of the product; else counts from those behind it.
  private static func run(_ product: MatrixMultiply?, _ tile: inout Int) -> Bool {
    guard let product else { return false }
    guard tile < product.tileCount else {
      tile -= product.tileCount
      return false
    }
    product.multiply(tile: product.tile(tile), beta: product.beta)
    return true
  }
}
