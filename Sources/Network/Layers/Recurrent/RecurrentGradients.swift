import Numerics

/// The gradients of one direction that sum over all steps, as tiles of one pass:
///
///     ∂W = xᵀ·∂a,  ∂U = hᵀ·∂a,  ∂b = Σ ∂a,  ∂x = ∂a·Wᵀ
///
/// with the rows of all steps of all examples below each other. The recurrent product of a gru's
/// candidate has a gradient ∂q for itself, which takes the place of ∂a in its columns of ∂U.
///
/// A tile of the first three takes some columns through all rows, block by block: each block of ∂a is
/// packed once for ∂W and ∂U.
struct RecurrentGradients: TileKernel {
  /// The gradient of some gates, and what it gives the gradients of.
  private struct Gates {
    let values: UnsafePointer<Float>
    /// Elements from one row to the next.
    let stride: Int
    let columns: Int
    /// The columns of these gates in ∂W, ∂U and ∂b.
    let kernel: UnsafeMutablePointer<Float>?
    let recurrentKernel: UnsafeMutablePointer<Float>?
    let bias: UnsafeMutablePointer<Float>?

    func tiles(of width: Int) -> Int { Tiling.tiles(elements: columns, of: width) }
  }

  private let rows: Int
  private let features: Int
  private let units: Int
  /// Elements of a row of ∂W and ∂U.
  private let width: Int
  private let addsToGradients: Bool
  /// Whether anybody asks for more than the gradient of the input.
  private let isTrainable: Bool
  private let input: UnsafePointer<Float>
  private let hidden: UnsafePointer<Float>
  private let added: Gates
  private let candidate: (gates: Gates, product: Gates)?
  private let inputGradient: TiledProduct?
  private let precision: ProductPrecision
  private let scratch: Scratch
  /// Equal parts of the rows of ∂W and ∂U, where columns alone are few tiles.
  private let parts: Int

  /// Columns of a panel, and those that a tile takes; the left factors are packed anew for each tile in bfloat16.
  private static let columnsPerPanel = 4 * Lanes.scalarCount
  private var columnsPerTile: Int { Self.columnsPerTile(precision) }
  private static func columnsPerTile(_ precision: ProductPrecision) -> Int {
    precision == .bfloat16 ? 4 * columnsPerPanel : columnsPerPanel
  }
  /// Rows of all steps that are packed at a time: they stay in the first-level cache.
  private static let block = 128
  private static let wantedTiles = 8

  /// Elements of scratch memory, behind which products in bfloat16 have theirs.
  static let scratchElements = PanelMatrix.elements(depth: block, columns: columnsPerPanel)

  init(
    _ direction: RecurrentDirection, _ geometry: RecurrentGeometry, input: Slot,
    _ memory: Memory, _ pass: Pass, precision: ProductPrecision, inputBeta: Float
  ) {
    self.precision = precision
    rows = pass.rows * geometry.steps
    (features, units, width) = (geometry.features, geometry.units, geometry.width)
    addsToGradients = pass.accumulatesGradients
    self.input = UnsafePointer(memory.value(input))
    hidden = UnsafePointer(memory.value(direction.previous))
    scratch = pass.pool.scratch
    let gates = UnsafePointer(memory.value(direction.gates))
    isTrainable = direction.kernel.isTrainable
    func gradient(_ parameter: Parameter?) -> UnsafeMutablePointer<Float>? {
      parameter.flatMap { $0.isTrainable ? memory.gradient($0) : nil }
    }
    let kernel = gradient(direction.kernel)
    let recurrentKernel = gradient(direction.recurrentKernel)
    let bias = gradient(direction.bias)
    let first = geometry.addedWidth
    added = Gates(
      values: gates, stride: width, columns: first, kernel: kernel,
      recurrentKernel: recurrentKernel, bias: bias)
    candidate = direction.product.map { product in
      (
        Gates(
          values: gates + first, stride: geometry.width, columns: geometry.units,
          kernel: kernel.map { $0 + first }, recurrentKernel: nil, bias: bias.map { $0 + first }),
        Gates(
          values: UnsafePointer(memory.value(product)), stride: geometry.units,
          columns: geometry.units, kernel: nil,
          recurrentKernel: recurrentKernel.map { $0 + first },
          bias: gradient(direction.recurrentBias))
      )
    }
    inputGradient =
      input.hasGradient
      ? Self.inputGradient(
        rows: rows, columns: features, depth: width, StoredMatrix(gates, stride: width),
        StoredMatrix(memory.value(direction.kernel), stride: width).transposed,
        into: memory.gradient(input), precision: precision,
        initial: inputBeta == 0 ? .zero : .stored) : nil
    let columnTiles = Tiling.tiles(elements: first, of: Self.columnsPerTile(precision))
    parts = max(1, min(Self.wantedTiles / columnTiles, units / Lanes.scalarCount))
  }

  private static func inputGradient(
    rows: Int, columns: Int, depth: Int, _ a: StoredMatrix, _ b: StoredMatrix,
    into c: UnsafeMutablePointer<Float>, precision: ProductPrecision,
    initial: PanelProduct.Initial
  ) -> TiledProduct {
    switch precision {
    case .single:
      .blas(
        MatrixMultiply(rows: rows, columns: columns, depth: depth, a, b, into: c, stride: columns),
        initial: initial)
    case .bfloat16:
      .bfloat16(
        BFloat16Product(
          rows: rows, columns: columns, depth: depth, .stored(a), .stored(b), into: c,
          stride: columns, initial: initial))
    }
  }

  var tileCount: Int { parts * gateTiles + (inputGradient?.tileCount ?? 0) }

  private var gateTiles: Int {
    guard isTrainable else { return 0 }
    let width = columnsPerTile
    let ofCandidate = candidate.map { $0.gates.tiles(of: width) + $0.product.tiles(of: width) }
    return added.tiles(of: width) + (ofCandidate ?? 0)
  }

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: RecurrentGradients.self).pointee.run(tile, worker)
    }
  }

  private func run(_ index: Int, _ worker: Int) {
    let scratch = scratch[worker]
    guard index < parts * gateTiles else {
      guard let inputGradient else { return }
      return inputGradient.multiply(
        tile: inputGradient.tile(index - parts * gateTiles),
        scratch: scratch + Self.scratchElements)
    }
    let (tile, part) = (index / parts, index % parts)
    let addedTiles = added.tiles(of: columnsPerTile)
    guard tile >= addedTiles, let candidate else { return add(added, tile, part, scratch) }
    let next = tile - addedTiles
    let productTiles = candidate.product.tiles(of: columnsPerTile)
    if next < productTiles {
      add(candidate.product, next, part, scratch)
    } else {
      add(candidate.gates, next - productTiles, part, scratch)
    }
  }

  /// Sums some columns over all rows, for a part of the inputs and units.
  private func add(
    _ gates: Gates, _ tile: Int, _ part: Int, _ room: UnsafeMutablePointer<Float>
  ) {
    let columns = Tiling.range(of: tile, count: gates.columns, size: columnsPerTile)
    guard precision == .bfloat16 else {
      return addPanels(gates, columns, part, room, multiplies: true)
    }
    let productRoom = room + Self.scratchElements
    if let kernel = gates.kernel {
      addReduced(gates, columns, input, features, part, to: kernel, productRoom)
    }
    if let recurrentKernel = gates.recurrentKernel {
      addReduced(gates, columns, hidden, units, part, to: recurrentKernel, productRoom)
    }
    guard part == 0, gates.bias != nil else { return }
    for first in stride(from: columns.lowerBound, to: columns.upperBound, by: Self.columnsPerPanel)
    {
      addPanels(
        gates, first..<min(columns.upperBound, first + Self.columnsPerPanel), part, room,
        multiplies: false)
    }
  }

  /// `target = valuesᵀ·gates`, or added to it, in bfloat16.
  private func addReduced(
    _ gates: Gates, _ columns: Range<Int>, _ values: UnsafePointer<Float>, _ count: Int,
    _ part: Int, to target: UnsafeMutablePointer<Float>, _ room: UnsafeMutablePointer<Float>
  ) {
    let (lower, upper) = (count * part / parts, count * (part + 1) / parts)
    guard upper > lower else { return }
    BFloat16Product(
      rows: upper - lower, columns: columns.count, depth: rows,
      .stored(StoredMatrix(values + lower, stride: count).transposed),
      .stored(StoredMatrix(gates.values + columns.lowerBound, stride: gates.stride)),
      into: target + columns.lowerBound + lower * width, stride: width,
      initial: addsToGradients ? .stored : .zero
    ).runOnThisThread(scratch: room)
  }

  /// Sums some columns, of one panel, over all rows.
  ///
  /// - Parameter multiplies: whether to the gradients of the kernels, and not to that of the bias alone.
  private func addPanels(
    _ gates: Gates, _ columns: Range<Int>, _ part: Int, _ room: UnsafeMutablePointer<Float>,
    multiplies: Bool
  ) {
    let first = columns.lowerBound
    for start in stride(from: 0, to: rows, by: Self.block) {
      let packing = PanelPacking(
        StoredMatrix(gates.values + start * gates.stride + first, stride: gates.stride),
        depth: min(Self.block, rows - start), columns: columns.count, into: room)
      for panel in 0..<packing.tileCount { packing.pack(tile: panel) }
      let gradient = packing.packed
      let adds = addsToGradients || start > 0
      if multiplies, let kernel = gates.kernel {
        add(gradient, input + start * features, features, part, to: kernel + first, adds: adds)
      }
      if multiplies, let recurrentKernel = gates.recurrentKernel {
        add(gradient, hidden + start * units, units, part, to: recurrentKernel + first, adds: adds)
      }
      if part == 0, let bias = gates.bias {
        gradient.addRows(to: bias + first, adds: adds)
      }
    }
  }

  /// `target = valuesᵀ·gradient`, or added to it, for a part of the columns of the values.
  private func add(
    _ gradient: PanelMatrix, _ values: UnsafePointer<Float>, _ count: Int, _ part: Int,
    to target: UnsafeMutablePointer<Float>, adds: Bool
  ) {
    let (lower, upper) = (count * part / parts, count * (part + 1) / parts)
    PanelProduct(
      rows: upper - lower, StoredMatrix(values + lower, stride: count).transposed, gradient,
      into: target + lower * width, stride: width, initial: adds ? .stored : .zero
    ).runOnThisThread()
  }
}
