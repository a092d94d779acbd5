import Numerics

/// The gradients of one direction that sum over all steps, as `RecurrentGradients` has them, by products in bfloat16:
/// tiles of one pass, once `packing` has run.
struct ReducedRecurrentGradients: TileKernel {
  let packing: ReducedRecurrentFactors
  private let kernel: BFloat16Product?
  private let recurrentKernel: BFloat16Product?
  /// Of a gru: the columns of its candidate in both.
  private let candidate: (kernel: BFloat16Product, recurrentKernel: BFloat16Product)?
  private let input: BFloat16Product?
  private let bias: ColumnSums?
  private let recurrentBias: ColumnSums?
  private let scratch: Scratch

  init(
    _ direction: RecurrentDirection, _ geometry: RecurrentGeometry, input: Slot,
    _ memory: Memory, _ pass: Pass, inputBeta: Float
  ) {
    let rows = pass.rows * geometry.steps
    let (features, units, width) = (geometry.features, geometry.units, geometry.width)
    let first = geometry.addedWidth
    let factors = ReducedRecurrentFactors(
      direction, geometry, input: input, rows: rows, memory, into: memory.shared)
    packing = factors
    scratch = pass.pool.scratch
    let initial = pass.accumulatesGradients ? PanelProduct.Initial.stored : .zero
    func product(
      _ left: BFloat16Packing, lines: Int, _ right: BFloat16Packing, columns: Int,
      into target: UnsafeMutablePointer<Float>
    ) -> BFloat16Product {
      BFloat16Product(
        rows: lines, columns: columns, depth: rows, .packed(left.packed), .packed(right.packed),
        into: target, stride: width, initial: initial)
    }
    if direction.kernel.isTrainable {
      let kernelGradient = memory.gradient(direction.kernel)
      let recurrentGradient = memory.gradient(direction.recurrentKernel)
      kernel = product(
        factors.input, lines: features, factors.gates, columns: first, into: kernelGradient)
      recurrentKernel = product(
        factors.hidden, lines: units, factors.gates, columns: first, into: recurrentGradient)
      candidate = factors.candidate.map {
        (
          product(
            factors.input, lines: features, $0.gates, columns: units,
            into: kernelGradient + first),
          product(
            factors.hidden, lines: units, $0.product, columns: units,
            into: recurrentGradient + first)
        )
      }
    } else {
      (kernel, recurrentKernel, candidate) = (nil, nil, nil)
    }
    self.input = factors.kernel.map {
      BFloat16Product(
        rows: rows, columns: features, depth: width,
        .stored(StoredMatrix(memory.value(direction.gates), stride: width)), .packed($0.packed),
        into: memory.gradient(input), stride: features,
        initial: inputBeta == 0 ? .zero : .stored)
    }
    func sums(_ bias: Parameter?, of values: Slot?, columns: Int) -> ColumnSums? {
      guard let bias, bias.isTrainable, let values else { return nil }
      return ColumnSums(
        memory.value(values), rows: rows, columns: columns, into: memory.gradient(bias),
        beta: pass.gradientBeta)
    }
    bias = sums(direction.bias, of: direction.gates, columns: width)
    recurrentBias = sums(direction.recurrentBias, of: direction.product, columns: units)
  }

  var tileCount: Int {
    let ofKernels = (kernel?.tileCount ?? 0) + (recurrentKernel?.tileCount ?? 0)
    let ofCandidate = candidate.map { $0.kernel.tileCount + $0.recurrentKernel.tileCount } ?? 0
    let ofBiases = (bias?.tileCount ?? 0) + (recurrentBias?.tileCount ?? 0)
    return ofKernels + ofCandidate + (input?.tileCount ?? 0) + ofBiases
  }

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: ReducedRecurrentGradients.self).pointee.run(tile, worker)
    }
  }

  private func run(_ index: Int, _ worker: Int) {
    var tile = index
    let scratch = scratch[worker]
    if Self.multiply(kernel, &tile, scratch) || Self.multiply(recurrentKernel, &tile, scratch)
      || Self.multiply(candidate?.kernel, &tile, scratch)
      || Self.multiply(candidate?.recurrentKernel, &tile, scratch)
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
    _ product: BFloat16Product?, _ tile: inout Int, _ scratch: UnsafeMutablePointer<Float>
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

/// Packs what these products read: a tile takes some rows of all that is summed over them, or a panel of the kernel.
struct ReducedRecurrentFactors: TileKernel {
  let gates: BFloat16Packing
  let candidate: (gates: BFloat16Packing, product: BFloat16Packing)?
  let input: BFloat16Packing
  let hidden: BFloat16Packing
  /// The transposed kernel, where the input has a gradient.
  let kernel: BFloat16Packing?
  private let rows: Int

  /// - Parameter room: for `elements`.
  init(
    _ direction: RecurrentDirection, _ geometry: RecurrentGeometry, input: Slot, rows: Int,
    _ memory: Memory, into room: UnsafeMutablePointer<Float>
  ) {
    let (features, units, width) = (geometry.features, geometry.units, geometry.width)
    let first = geometry.addedWidth
    var next = room
    func packing(
      _ matrix: StoredMatrix, _ side: BFloat16Side, lines: Int, depth: Int
    ) -> BFloat16Packing {
      defer { next += BFloat16Panels.elements(lines: lines, depth: depth) }
      return BFloat16Packing(matrix, side, lines: lines, depth: depth, into: next)
    }
    self.rows = rows
    let values = UnsafePointer(memory.value(direction.gates))
    gates = packing(StoredMatrix(values, stride: width), .right, lines: first, depth: rows)
    candidate = direction.product.map {
      (
        packing(StoredMatrix(values + first, stride: width), .right, lines: units, depth: rows),
        packing(StoredMatrix(memory.value($0), stride: units), .right, lines: units, depth: rows)
      )
    }
    self.input = packing(
      StoredMatrix(memory.value(input), stride: features).transposed, .left, lines: features,
      depth: rows)
    hidden = packing(
      StoredMatrix(memory.value(direction.previous), stride: units).transposed, .left,
      lines: units, depth: rows)
    kernel =
      input.hasGradient
      ? packing(
        StoredMatrix(memory.value(direction.kernel), stride: width).transposed, .right,
        lines: features, depth: width) : nil
  }

  static func elements(_ geometry: RecurrentGeometry, rows: Int) -> Int {
    let (features, units) = (geometry.features, geometry.units)
    let ofUnits = BFloat16Panels.elements(lines: units, depth: rows)
    return BFloat16Panels.elements(lines: geometry.addedWidth, depth: rows)
      + (geometry.addedWidth < geometry.width ? 2 * ofUnits : 0) + ofUnits
      + BFloat16Panels.elements(lines: features, depth: rows)
      + BFloat16Panels.elements(lines: features, depth: geometry.width)
  }

  private var rowTiles: Int { BFloat16Panels.depthTiles(rows) }
  var tileCount: Int { rowTiles + (kernel?.tileCount ?? 0) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ReducedRecurrentFactors.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    guard tile < rowTiles else {
      kernel?.pack(tile: tile - rowTiles)
      return
    }
    gates.pack(tile: tile)
    candidate?.gates.pack(tile: tile)
    candidate?.product.pack(tile: tile)
    input.pack(tile: tile)
    hidden.pack(tile: tile)
  }
}
