import Numerics

/// The gradients of one direction that sum over all steps, as tiles of one pass:
///
///     ∂W = xᵀ·∂a,  ∂U = hᵀ·∂a,  ∂b = Σ ∂a,  ∂x = ∂a·Wᵀ
///
/// with the rows of all steps of all examples below each other. The recurrent product of a gru's
/// candidate has a gradient ∂q for itself, which takes the place of ∂a in its columns of ∂U.
struct RecurrentGradients: TileKernel {
  private let kernel: TiledProduct?
  private let recurrentKernel: TiledProduct?
  /// Of a gru: the columns of its candidate in both.
  private let candidate: (kernel: TiledProduct, recurrentKernel: TiledProduct)?
  private let input: TiledProduct?
  private let bias: ColumnSums?
  private let recurrentBias: ColumnSums?
  private let scratch: Scratch
  private let threads: Int

  /// - Parameter packed: what the products read in bfloat16, there by the time that tiles run; `nil` for those in
  ///   single precision.
  init(
    _ direction: RecurrentDirection, _ geometry: RecurrentGeometry, input: Slot,
    packed: ReducedRecurrentFactors?, _ memory: Memory, _ pass: Pass, inputBeta: Float
  ) {
    let products = Products(
      rows: pass.rows * geometry.steps, geometry, direction, input: input, packed: packed, memory,
      pass)
    if direction.kernel.isTrainable {
      kernel = products.kernel(into: memory.gradient(direction.kernel))
      recurrentKernel = products.recurrentKernel(into: memory.gradient(direction.recurrentKernel))
      candidate = products.candidate(
        into: memory.gradient(direction.kernel), memory.gradient(direction.recurrentKernel))
    } else {
      (kernel, recurrentKernel, candidate) = (nil, nil, nil)
    }
    self.input =
      input.hasGradient ? products.input(into: memory.gradient(input), beta: inputBeta) : nil
    func sums(_ bias: Parameter?, of values: Slot?, columns: Int) -> ColumnSums? {
      guard let bias, bias.isTrainable, let values else { return nil }
      return ColumnSums(
        memory.value(values), rows: products.rows, columns: columns, into: memory.gradient(bias),
        beta: pass.gradientBeta)
    }
    bias = sums(direction.bias, of: direction.gates, columns: geometry.width)
    recurrentBias = sums(direction.recurrentBias, of: direction.product, columns: geometry.units)
    scratch = pass.pool.scratch
    threads = pass.pool.threadCount
  }

  /// The same for each thread: those behind the last are empty.
  var tileCount: Int { threads * tilesOfThread }
  private var tilesOfThread: Int { (tiles + threads - 1) / threads }

  private var tiles: Int {
    let ofKernels = (kernel?.tileCount ?? 0) + (recurrentKernel?.tileCount ?? 0)
    let ofCandidate = candidate.map { $0.kernel.tileCount + $0.recurrentKernel.tileCount } ?? 0
    let ofBiases = (bias?.tileCount ?? 0) + (recurrentBias?.tileCount ?? 0)
    return ofKernels + ofCandidate + (input?.tileCount ?? 0) + ofBiases
  }

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: RecurrentGradients.self).pointee.run(tile, worker)
    }
  }

  private func run(_ index: Int, _ worker: Int) {
    // The tiles of a product take as long as each other, and are dealt out to the threads in turn.
    var tile = index % tilesOfThread * threads + index / tilesOfThread
    guard tile < tiles else { return }
    let scratch = scratch[worker]
    if Self.multiply(recurrentKernel, &tile, scratch)
      || Self.multiply(candidate?.recurrentKernel, &tile, scratch)
      || Self.multiply(kernel, &tile, scratch)
      || Self.multiply(candidate?.kernel, &tile, scratch)
      || Self.multiply(input, &tile, scratch)
    {
      return
    }
    if let bias {
      if tile < bias.tileCount { return bias.sum(tile: tile) }
      tile -= bias.tileCount
    }
    recurrentBias?.sum(tile: tile)
  }

  /// Computes a tile if it is one of the product; else counts from those behind it.
  private static func multiply(
    _ product: TiledProduct?, _ tile: inout Int, _ scratch: UnsafeMutablePointer<Float>
  ) -> Bool {
    guard let product else { return false }
    guard tile < product.tileCount else {
      tile -= product.tileCount
      return false
    }
    product.multiply(tile: product.tile(tile), scratch: scratch)
    return true
  }
}

/// The products among the gradients of a direction, in the precision of the pass.
private struct Products {
  let rows: Int
  private let geometry: RecurrentGeometry
  private let packed: ReducedRecurrentFactors?
  private let inputs: StoredMatrix
  private let hidden: StoredMatrix
  private let gates: StoredMatrix
  /// ∂q
  private let product: StoredMatrix?
  private let kernel: StoredMatrix
  private let initial: PanelProduct.Initial
  private let threads: Int

  init(
    rows: Int, _ geometry: RecurrentGeometry, _ direction: RecurrentDirection, input: Slot,
    packed: ReducedRecurrentFactors?, _ memory: Memory, _ pass: Pass
  ) {
    self.rows = rows
    self.geometry = geometry
    self.packed = packed
    let (units, width) = (geometry.units, geometry.width)
    inputs = StoredMatrix(memory.value(input), stride: geometry.features)
    hidden = StoredMatrix(memory.value(direction.previous), stride: units)
    gates = StoredMatrix(memory.value(direction.gates), stride: width)
    product = direction.product.map { StoredMatrix(memory.value($0), stride: units) }
    kernel = StoredMatrix(memory.value(direction.kernel), stride: width)
    initial = pass.accumulatesGradients ? .stored : .zero
    threads = pass.pool.threadCount
  }

  func kernel(into target: UnsafeMutablePointer<Float>) -> TiledProduct {
    sum(
      inputs, packed?.input, lines: geometry.features, gates, packed?.gates,
      columns: geometry.addedWidth, into: target)
  }

  func recurrentKernel(into target: UnsafeMutablePointer<Float>) -> TiledProduct {
    sum(
      hidden, packed?.hidden, lines: geometry.units, gates, packed?.gates,
      columns: geometry.addedWidth, into: target)
  }

  func candidate(
    into kernel: UnsafeMutablePointer<Float>, _ recurrentKernel: UnsafeMutablePointer<Float>
  ) -> (kernel: TiledProduct, recurrentKernel: TiledProduct)? {
    guard let product else { return nil }
    let first = geometry.addedWidth
    return (
      sum(
        inputs, packed?.input, lines: geometry.features, gates.skipping(columns: first),
        packed?.candidate?.gates, columns: geometry.units, into: kernel + first),
      sum(
        hidden, packed?.hidden, lines: geometry.units, product, packed?.candidate?.product,
        columns: geometry.units, into: recurrentKernel + first)
    )
  }

  /// `leftᵀ·right`, the sum over all rows.
  private func sum(
    _ left: StoredMatrix, _ packedLeft: BFloat16Packing?, lines: Int, _ right: StoredMatrix,
    _ packedRight: BFloat16Packing?, columns: Int, into target: UnsafeMutablePointer<Float>
  ) -> TiledProduct {
    if let packedLeft, let packedRight {
      return .bfloat16(
        BFloat16Product(
          rows: lines, columns: columns, depth: rows, .packed(packedLeft.packed),
          .packed(packedRight.packed), into: target, stride: geometry.width, initial: initial))
    }
    return .registers(
      RegisterMultiply(
        rows: lines, columns: columns, depth: rows, left.transposed, .stored(right), into: target,
        stride: geometry.width, initial: initial, threads: threads))
  }

  func input(into target: UnsafeMutablePointer<Float>, beta: Float) -> TiledProduct {
    let initial = beta == 0 ? PanelProduct.Initial.zero : .stored
    let (features, width) = (geometry.features, geometry.width)
    if let packed = packed?.kernel {
      return .bfloat16(
        BFloat16Product(
          rows: rows, columns: features, depth: width, .stored(gates), .packed(packed.packed),
          into: target, stride: features, initial: initial))
    }
    return .blas(
      MatrixMultiply(
        rows: rows, columns: features, depth: width, gates, kernel.transposed, into: target,
        stride: features), initial: initial)
  }
}
