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

    var tiles: Int { Tiling.tiles(elements: columns, of: RecurrentGradients.columnsPerTile) }
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
  private let inputGradient: MatrixMultiply?
  private let scratch: Scratch
  /// Equal parts of the rows of ∂W and ∂U, where columns alone are few tiles.
  private let parts: Int

  private static let columnsPerTile = 4 * Lanes.scalarCount
  /// Rows of all steps that are packed at a time: they stay in the first-level cache.
  private static let block = 128
  private static let wantedTiles = 8

  static let scratchElements = PanelMatrix.elements(depth: block, columns: columnsPerTile)

  init(
    _ direction: RecurrentDirection, _ geometry: RecurrentGeometry, input: Slot,
    _ memory: Memory, _ pass: Pass, inputBeta: Float
  ) {
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
      ? MatrixMultiply(
        rows: rows, columns: features, depth: width, StoredMatrix(gates, stride: width),
        StoredMatrix(memory.value(direction.kernel), stride: width).transposed,
        into: memory.gradient(input), stride: features, beta: inputBeta) : nil
    let columnTiles = Tiling.tiles(elements: first, of: Self.columnsPerTile)
    parts = max(1, min(Self.wantedTiles / columnTiles, units / Lanes.scalarCount))
  }

  var tileCount: Int { parts * gateTiles + (inputGradient?.tileCount ?? 0) }

  private var gateTiles: Int {
    guard isTrainable else { return 0 }
    return added.tiles + (candidate.map { $0.gates.tiles + $0.product.tiles } ?? 0)
  }

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: RecurrentGradients.self).pointee.run(tile, worker)
    }
  }

  private func run(_ index: Int, _ worker: Int) {
    guard index < parts * gateTiles else {
      guard let inputGradient else { return }
      return inputGradient.multiply(
        tile: inputGradient.tile(index - parts * gateTiles), beta: inputGradient.beta)
    }
    let (tile, part) = (index / parts, index % parts)
    guard tile >= added.tiles, let candidate else {
      return add(added, tile, part, scratch[worker])
    }
    let next = tile - added.tiles
    if next < candidate.product.tiles {
      add(candidate.product, next, part, scratch[worker])
    } else {
      add(candidate.gates, next - candidate.product.tiles, part, scratch[worker])
    }
  }

  /// Sums some columns over all rows, for a part of the inputs and units.
  private func add(
    _ gates: Gates, _ tile: Int, _ part: Int, _ room: UnsafeMutablePointer<Float>
  ) {
    let columns = Tiling.range(of: tile, count: gates.columns, size: Self.columnsPerTile)
    let first = columns.lowerBound
    for start in stride(from: 0, to: rows, by: Self.block) {
      let packing = PanelPacking(
        StoredMatrix(gates.values + start * gates.stride + first, stride: gates.stride),
        depth: min(Self.block, rows - start), columns: columns.count, into: room)
      for panel in 0..<packing.tileCount { packing.pack(tile: panel) }
      let gradient = packing.packed
      let adds = addsToGradients || start > 0
      if let kernel = gates.kernel {
        add(gradient, input + start * features, features, part, to: kernel + first, adds: adds)
      }
      if let recurrentKernel = gates.recurrentKernel {
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
