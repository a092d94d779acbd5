import Configuration
import Numerics

/// `y = x·W + b` for every row of a matrix: what dense layers and the ends of attention have in common.
///
/// Shapes: x `rows × inputs`, W `inputs × outputs`, b `outputs`, y `rows × outputs`.
struct Projection: Sendable {
  let inputs: Int
  let outputs: Int
  private let kernel: Parameter
  private let bias: Parameter?

  var affine: Operation.Affine { .init(kernel: kernel, bias: bias) }

  /// Whether the products with the kernel are those that are faster in registers.
  private let registers: Bool
  /// Where the kernel lies packed for all batches, if it does not change between them.
  private let packedKernel: Intermediate?

  /// Plans kernel and bias for the current layer.
  ///
  /// - Parameters:
  ///   - prefix: what the names of both parameters begin with.
  ///   - shape: that of an example; its last dimension is x, all others count rows.
  ///   - blocks: equal parts of the outputs, each of which is initialized for itself.
  /// - Throws: `PlanError` if a batch has more rows than BLAS counts.
  init(
    _ prefix: String = "", over shape: Shape, outputs: Int, blocks: Int = 1, useBias: Bool,
    kernelInitializer: any Initializer, biasInitializer: any Initializer, l1: Double?, l2: Double?,
    _ plan: inout NetworkPlan
  ) throws(PlanError) {
    let inputs = shape.dimensions.last ?? 1
    let rows = shape.dimensions.dropLast().reduce(Double(plan.memory.batchRows)) { $0 * Double($1) }
    guard rows < Double(Int32.max) else {
      throw PlanError(
        code: "too-large",
        "a batch of \(plan.memory.batchRows) times \(shape) is more than can be computed")
    }
    self.inputs = inputs
    self.outputs = outputs
    registers = TiledProduct.prefersRegisters(depth: inputs, columns: outputs)
    let fans = Fans(input: inputs, output: outputs / blocks)
    kernel = plan.parameter(
      prefix + "kernel", Shape(inputs, outputs), role: .kernel, kernelInitializer, fans: fans,
      blocks: blocks, l1: l1, l2: l2)
    bias =
      useBias
      ? plan.parameter(
        prefix + "bias", Shape(outputs), role: .bias, biasInitializer, fans: fans, blocks: blocks)
      : nil
    plan.memory.scratch(RegisterMultiply.scratchElements)
    let packed = PanelMatrix.elements(depth: inputs, columns: outputs)
    let keepsPacked =
      registers && plan.memory.purpose == .inference && rows >= Double(TiledProduct.fewestRows)
    packedKernel = keepsPacked ? plan.memory.intermediate(packed) : nil
    if registers, plan.memory.purpose == .training {
      plan.memory.share(packed)
      plan.memory.share(PanelMatrix.elements(depth: outputs, columns: inputs))
    }
  }

  private func packing(
    _ memory: Memory, into target: UnsafeMutablePointer<Float>
  ) -> PanelPacking {
    PanelPacking(
      StoredMatrix(memory.value(kernel), stride: outputs), depth: inputs, columns: outputs,
      into: target)
  }

  /// Packs a kernel that does not change any more.
  func prepare(_ memory: Memory) {
    guard let packedKernel else { return }
    let packing = packing(memory, into: memory.value(packedKernel))
    for panel in 0..<packing.tileCount { packing.pack(tile: panel) }
  }

  /// The kernel as the products of so many rows read it.
  private func right(rows: Int, _ memory: Memory, _ pass: Pass) -> RegisterMultiply.Right {
    if let packedKernel, rows >= TiledProduct.fewestRows {
      return .packed(packing(memory, into: memory.value(packedKernel)).packed)
    }
    if registers, packedKernel == nil, rows >= Self.rowsWorthPacking {
      let packing = packing(memory, into: memory.shared)
      pass.pool.run(packing, tiles: packing.tileCount)
      return .packed(packing.packed)
    }
    return .stored(StoredMatrix(memory.value(kernel), stride: outputs))
  }

  /// Computes `f(x·W + b)`; without a function `x·W + b`.
  func forward(
    _ input: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, rows: Int,
    function: FusedFunction? = nil, _ memory: Memory, _ pass: Pass
  ) {
    let forward = ProjectionForward(
      product: TiledProduct(
        rows: rows, columns: outputs, depth: inputs, StoredMatrix(input, stride: inputs),
        right(rows: rows, memory, pass), into: target, stride: outputs,
        initial: bias.map { .row(memory.value($0)) } ?? .zero, registers: registers,
        rowsOfAll: pass.batchRows(of: rows)),
      stride: outputs, function: function, scratch: pass.pool.scratch)
    pass.pool.run(forward, tiles: forward.product.tileCount)
  }

  /// Rows that are so many that they are cut among the tiles, and the kernel had better be packed for all.
  private static let rowsWorthPacking = 256

  /// Computes the gradients of kernel, bias and, if it has one, the input from that of `f(x·W + b)`.
  ///
  /// - Parameters:
  ///   - gradient: if there is a derivative, it becomes that of the sums.
  ///   - derivative: that of f.
  func backward(
    _ input: Slot, gradient: UnsafeMutablePointer<Float>, derivative: FusedDerivative? = nil,
    rows: Int, _ memory: Memory, _ pass: Pass
  ) {
    let beta = pass.gradientBeta
    let stored = StoredMatrix(gradient, stride: outputs)
    let transposed = StoredMatrix(memory.value(kernel), stride: outputs).transposed
    let packing =
      registers && pass.batchRows(of: rows) >= TiledProduct.fewestRows && input.hasGradient
      ? PanelPacking(transposed, depth: outputs, columns: inputs, into: memory.shared) : nil
    let preparation = ProjectionPreparation(
      derivative: derivative, gradient: gradient, blocks: RowBlocks(rows: rows, width: outputs),
      packing: packing)
    if preparation.tileCount > 0 { pass.pool.run(preparation, tiles: preparation.tileCount) }
    let inputInitial = input.addsGradient ? PanelProduct.Initial.stored : .zero
    let inputGradient =
      input.hasGradient
      ? TiledProduct(
        rows: rows, columns: inputs, depth: outputs, stored,
        packing.map { .packed($0.packed) } ?? .stored(transposed), into: memory.gradient(input),
        stride: inputs, initial: inputInitial, registers: registers,
        rowsOfAll: pass.batchRows(of: rows)) : nil
    let factors = kernel.isTrainable ? factors(input, gradient, rows: rows, memory, pass) : nil
    let kernelGradient = factors.map { product($0, memory, pass) }
    let backward = ProjectionBackward(
      kernel: kernelGradient,
      kernelTiles: factors?.tiles?(kernelGradient?.tileCount ?? 0)
        ?? 0..<(kernelGradient?.tileCount ?? 0),
      bias: factors.flatMap { factors in
        bias.flatMap {
          factors.kernelRows.lowerBound > 0
            ? nil
            : ColumnSums(
              factors.gradients, rows: factors.rows, columns: outputs, into: memory.gradient($0),
              beta: beta)
        }
      }, input: inputGradient, scratch: pass.pool.scratch)
    pass.pool.run(backward, tiles: backward.tileCount)
  }

  // MARK: - The gradient of the kernel

  /// What the gradients of kernel and bias are computed from, and what of them this process computes.
  private struct Factors {
    let inputs: UnsafePointer<Float>
    let gradients: UnsafePointer<Float>
    let rows: Int
    let kernelRows: Range<Int>
    /// Of those of these rows; `nil` for all.
    var tiles: ((Int) -> Range<Int>)?
  }

  private func product(
    _ factors: Factors, _ memory: Memory, _ pass: Pass
  ) -> TiledProduct {
    TiledProduct(
      rows: factors.kernelRows.count, columns: outputs, depth: factors.rows,
      StoredMatrix(factors.inputs + factors.kernelRows.lowerBound, stride: inputs).transposed,
      .stored(StoredMatrix(factors.gradients, stride: outputs)),
      into: memory.gradient(kernel) + factors.kernelRows.lowerBound * outputs, stride: outputs,
      initial: pass.accumulatesGradients ? .stored : .zero, registers: registers,
      rowsOfAll: inputs)
  }

  private func factors(
    _ input: Slot, _ gradient: UnsafePointer<Float>, rows: Int, _ memory: Memory, _ pass: Pass
  ) -> Factors {
    let rowsOfExample = rows / pass.rows
    guard let share = pass.share,
      share.gathered.isWorthwhile(
        numbersOfExample: rowsOfExample * (inputs + outputs), parameters: inputs * outputs)
    else {
      return Factors(
        inputs: memory.value(input), gradients: gradient, rows: rows, kernelRows: 0..<inputs)
    }
    let allInputs = share.rows(memory.value(input), width: rowsOfExample * inputs, room: 0)
    let allGradients = share.rows(gradient, width: rowsOfExample * outputs, room: 1)
    let ranks = share.ranks
    let kernelGradient = memory.gradient(kernel)
    // What other ranks compute is added to nothing.
    if let bias, !pass.accumulatesGradients {
      memory.gradient(bias).update(repeating: 0, count: outputs)
    }
    // In registers a row does not depend on how many there are; the BLAS has to get the tiles of one process.
    if registers {
      let isNew = share.gathered.share(kernelGradient, rows: inputs, width: outputs)
      // A run that goes on within an update: the first rank has what was added up before.
      if isNew, pass.accumulatesGradients {
        ranks.broadcast(
          UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(start: kernelGradient, count: inputs * outputs)), from: 0)
      }
      return Factors(
        inputs: allInputs, gradients: allGradients, rows: rowsOfExample * share.total,
        kernelRows: ranks.share(of: inputs))
    }
    if !pass.accumulatesGradients { kernelGradient.update(repeating: 0, count: inputs * outputs) }
    return Factors(
      inputs: allInputs, gradients: allGradients, rows: rowsOfExample * share.total,
      kernelRows: 0..<inputs, tiles: { ranks.share(of: $0) })
  }
}

/// A tile of `f(x·W + b)`: bias, product and function while the tile is in cache.
private struct ProjectionForward: TileKernel {
  let product: TiledProduct
  /// Elements from an output to the next.
  let stride: Int
  let function: FusedFunction?
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: ProjectionForward.self).pointee.run(tile, worker)
    }
  }

  private func run(_ index: Int, _ worker: Int) {
    let tile = product.tile(index)
    product.multiply(tile: tile, scratch: scratch[worker])
    guard let function else { return }
    let width = tile.columns.count
    if width == stride {
      function.apply(first: tile.rows.lowerBound * width, count: tile.rows.count * width)
    } else {
      for row in tile.rows {
        function.apply(first: row * stride + tile.columns.lowerBound, count: width)
      }
    }
  }
}

/// What has to be there before the gradients: that of the sums, and the kernel as the right factor of a
/// product in registers.
private struct ProjectionPreparation: TileKernel {
  let derivative: FusedDerivative?
  /// Shape `rows × outputs`.
  let gradient: UnsafeMutablePointer<Float>
  let blocks: RowBlocks
  let packing: PanelPacking?

  private var derivativeTiles: Int { derivative == nil ? 0 : blocks.count }
  var tileCount: Int { derivativeTiles + (packing?.tileCount ?? 0) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ProjectionPreparation.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    if tile < derivativeTiles {
      derivative?.apply(to: gradient, rows: blocks.range(tile))
    } else {
      packing?.pack(tile: tile - derivativeTiles)
    }
  }
}

/// All gradients, which do not depend on each other, as tiles of one pass. The tiles of both products
/// alternate, so that each thread finds its part of the rows in both; the first of some columns of the
/// kernel sums their bias.
private struct ProjectionBackward: TileKernel {
  /// `nil` in a layer that is not trainable.
  let kernel: TiledProduct?
  /// Those that this rank computes.
  let kernelTiles: Range<Int>
  let bias: ColumnSums?
  let input: TiledProduct?
  let scratch: Scratch

  /// Multiply-adds below which handing a tile to another thread takes longer than the tile.
  private static let workOfOneTile = 1 << 19

  private var isSmall: Bool { (kernel?.work ?? 0) + (input?.work ?? 0) < Self.workOfOneTile }
  private var inputTiles: Int { input?.tileCount ?? 0 }
  private var partCount: Int { kernelTiles.count + inputTiles }
  var tileCount: Int { isSmall ? min(1, partCount) : partCount }

  static var entry: TileFunction {
    { context, tile, worker in
      let backward = context.assumingMemoryBound(to: ProjectionBackward.self).pointee
      guard backward.isSmall else { return backward.run(tile, worker) }
      for part in 0..<backward.partCount { backward.run(part, worker) }
    }
  }

  private func run(_ index: Int, _ worker: Int) {
    // How many of the tiles up to this one, and up to the next, are of the input.
    let before = index * inputTiles / partCount
    if let input, (index + 1) * inputTiles / partCount > before {
      return input.multiply(tile: input.tile(before), scratch: scratch[worker])
    }
    guard let kernel else { return }
    let tile = kernel.tile(kernelTiles.lowerBound + index - before)
    if tile.rows.lowerBound == 0 { bias?.sum(tile.columns) }
    kernel.multiply(tile: tile, scratch: scratch[worker])
  }
}
