import Configuration
import Numerics

/// `y = x·W + b` for every row of a matrix: what dense layers and the ends of attention have in common.
///
/// Shapes: x `rows × inputs`, W `inputs × outputs`, b `outputs`, y `rows × outputs`.
struct Projection: Sendable {
  let inputs: Int
  let outputs: Int
  let kernel: Parameter
  private let bias: Parameter?

  var affine: Operation.Affine { .init(kernel: kernel, bias: bias) }

  /// Whether the products with the kernel are those that are faster in registers.
  private let registers: Bool
  let precision: ProductPrecision
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
    precision = plan.precision
    plan.multiplies()
    let fans = Fans(input: inputs, output: outputs / blocks)
    kernel = plan.parameter(
      prefix + "kernel", Shape(inputs, outputs), role: .kernel, kernelInitializer, fans: fans,
      blocks: blocks, l1: l1, l2: l2)
    bias = plan.bias(
      named: prefix + "bias", Shape(outputs), isUsed: useBias, biasInitializer, fans: fans,
      blocks: blocks)
    plan.memory.scratch(RegisterMultiply.scratchElements)
    let packed = PanelMatrix.elements(depth: inputs, columns: outputs)
    let keepsPacked =
      registers && plan.memory.purpose == .inference && rows >= Double(TiledProduct.fewestRows)
    packedKernel = keepsPacked ? plan.memory.intermediate(packed) : nil
    guard plan.memory.purpose == .training else { return }
    if registers {
      plan.memory.share(packed)
      plan.memory.share(PanelMatrix.elements(depth: outputs, columns: inputs))
    }
    if precision == .bfloat16 { planReduced(rows: Int(rows), &plan) }
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
    packing(memory, into: memory.value(packedKernel)).runOnThisThread()
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
    let input = StoredMatrix(input, stride: inputs)
    let initial = bias.map { PanelProduct.Initial.row(memory.value($0)) } ?? .zero
    let product =
      pass.reduces(precision)
      ? reducedProduct(input, into: target, rows: rows, initial: initial, memory, pass)
      : TiledProduct(
        rows: rows, columns: outputs, depth: inputs, input, right(rows: rows, memory, pass),
        into: target, stride: outputs, initial: initial, registers: registers,
        rowsOfAll: pass.batchRows(of: rows), threads: pass.pool.threadCount)
    let forward = ProjectionForward(
      product: product, stride: outputs, function: function, scratch: pass.pool.scratch)
    pass.pool.run(forward, tiles: forward.product.tileCount)
  }

  /// Rows that are so many that they are cut among the tiles, and the kernel had better be packed for all.
  static let rowsWorthPacking = 256

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
    let isReduced = pass.reduces(precision)
    let packsAhead = isReduced && isWorthPacking(rows: rows)
    let packed =
      packsAhead && kernel.isTrainable && pass.share == nil
      ? packedFactors(memory.value(input), gradient, rows: rows, memory) : nil
    let packing =
      !input.hasGradient
      ? nil
      : packsAhead
        ? reducedKernel(transposed, memory)
        : packing(transposed, rows: rows, memory, pass)
    let preparation = ProjectionPreparation(
      derivative: derivative, gradient: gradient,
      blocks: packed?.blocks ?? RowBlocks(rows: rows, width: outputs), kernel: packing,
      factors: packed)
    if preparation.tileCount > 0 { pass.pool.run(preparation, tiles: preparation.tileCount) }
    let inputGradient =
      input.hasGradient
      ? inputGradient(
        stored, transposed, packing, rows: rows,
        initial: input.addsGradient ? .stored : .zero, into: memory.gradient(input), pass) : nil
    let factors = kernel.isTrainable ? factors(input, gradient, rows: rows, memory, pass) : nil
    let kernelGradient = factors.map { factors in
      packed.map { reducedProduct($0, into: memory.gradient(kernel), pass) }
        ?? product(factors, memory, pass)
    }
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

  /// How the transposed kernel is laid out for so many rows, if it is.
  private func packing(
    _ transposed: StoredMatrix, rows: Int, _ memory: Memory, _ pass: Pass
  ) -> KernelPacking? {
    guard registers, !pass.reduces(precision), pass.batchRows(of: rows) >= TiledProduct.fewestRows
    else { return nil }
    return .panels(
      PanelPacking(transposed, depth: outputs, columns: inputs, into: memory.shared))
  }

  /// `∂x = ∂y·Wᵀ`
  private func inputGradient(
    _ gradient: StoredMatrix, _ transposed: StoredMatrix, _ packing: KernelPacking?, rows: Int,
    initial: PanelProduct.Initial, into target: UnsafeMutablePointer<Float>, _ pass: Pass
  ) -> TiledProduct {
    let right: RegisterMultiply.Right
    switch packing {
    case .bfloat16(let packing):
      return reducedProduct(
        gradient, .packed(packing.packed), rows: rows, initial: initial, into: target)
    case nil where pass.reduces(precision):
      return reducedProduct(
        gradient, .stored(transposed), rows: rows, initial: initial, into: target)
    case .panels(let packing): right = .packed(packing.packed)
    case nil: right = .stored(transposed)
    }
    return TiledProduct(
      rows: rows, columns: inputs, depth: outputs, gradient, right, into: target, stride: inputs,
      initial: initial, registers: registers, rowsOfAll: pass.batchRows(of: rows),
      threads: pass.pool.threadCount)
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
    let left = StoredMatrix(factors.inputs + factors.kernelRows.lowerBound, stride: inputs)
    let right = StoredMatrix(factors.gradients, stride: outputs)
    let target = memory.gradient(kernel) + factors.kernelRows.lowerBound * outputs
    let initial = pass.accumulatesGradients ? PanelProduct.Initial.stored : .zero
    guard !pass.reduces(precision) else {
      return .bfloat16(
        BFloat16Product(
          rows: factors.kernelRows.count, columns: outputs, depth: factors.rows,
          .stored(left.transposed), .stored(right), into: target, stride: outputs,
          initial: initial))
    }
    return TiledProduct(
      rows: factors.kernelRows.count, columns: outputs, depth: factors.rows, left.transposed,
      .stored(right), into: target, stride: outputs, initial: initial, registers: registers,
      rowsOfAll: inputs, threads: pass.pool.threadCount)
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
    // In registers and tiles a row does not depend on how many there are; the BLAS, which has the products of few
    // rows too, has to get the tiles of one process.
    if registers && inputs >= TiledProduct.fewestRows || pass.reduces(precision) {
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
