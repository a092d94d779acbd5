import Numerics

/// The factors of the gradient of a kernel, `xᵀ·∂y`, for products in bfloat16.
struct PackedFactors {
  let inputs: BFloat16Packing
  let gradients: BFloat16Packing
  /// A block is what the gradients pack at a time.
  let blocks: RowBlocks
}

// Where the shared memory holds what a pass packs: the kernel and, backward, behind it the rows.
extension Projection {
  /// Plans room for what the products in bfloat16 read.
  func planReduced(rows: Int, _ plan: inout NetworkPlan) {
    plan.memory.scratch(BFloat16Product.scratchElements)
    plan.memory.share(BFloat16Panels.elements(lines: outputs, depth: inputs))
    plan.memory.share(
      kernelElements + BFloat16Panels.elements(lines: outputs, depth: rows)
        + BFloat16Panels.elements(lines: inputs, depth: rows))
  }

  /// Elements of the transposed kernel.
  private var kernelElements: Int { BFloat16Panels.elements(lines: inputs, depth: outputs) }

  /// `x·W + initial`; the kernel is packed beforehand where several tiles go through the same columns of it.
  func reducedProduct(
    _ input: StoredMatrix, into target: UnsafeMutablePointer<Float>, rows: Int,
    initial: PanelProduct.Initial, _ memory: Memory, _ pass: Pass
  ) -> TiledProduct {
    let matrix = StoredMatrix(memory.value(kernel), stride: outputs)
    var right = BFloat16Product.Factor.stored(matrix)
    if rows >= Self.rowsWorthPacking {
      let packing = BFloat16Packing(
        matrix, .right, lines: outputs, depth: inputs, into: memory.shared)
      pass.pool.run(packing, tiles: packing.tileCount)
      right = .packed(packing.packed)
    }
    return .bfloat16(
      BFloat16Product(
        rows: rows, columns: outputs, depth: inputs, .stored(input), right, into: target,
        stride: outputs, initial: initial))
  }

  /// `∂x = ∂y·Wᵀ`
  func reducedProduct(
    _ gradient: StoredMatrix, _ transposed: BFloat16Product.Factor, rows: Int,
    initial: PanelProduct.Initial, into target: UnsafeMutablePointer<Float>
  ) -> TiledProduct {
    .bfloat16(
      BFloat16Product(
        rows: rows, columns: inputs, depth: outputs, .stored(gradient), transposed, into: target,
        stride: inputs, initial: initial))
  }

  /// Whether the products of so many rows are worth the handover that packs their factors for all tiles.
  func isWorthPacking(rows: Int) -> Bool { rows * inputs * outputs >= 1 << 21 }

  /// How the kernel is laid out for the gradient of the input.
  func reducedKernel(_ transposed: StoredMatrix, _ memory: Memory) -> KernelPacking {
    .bfloat16(
      BFloat16Packing(transposed, .right, lines: inputs, depth: outputs, into: memory.shared))
  }

  /// How the rows of inputs and gradients are laid out for the gradient of the kernel.
  func packedFactors(
    _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, rows: Int, _ memory: Memory
  ) -> PackedFactors {
    let room = memory.shared + kernelElements
    let gradients = BFloat16Packing(
      StoredMatrix(gradient, stride: outputs), .right, lines: outputs, depth: rows, into: room)
    let inputs = BFloat16Packing(
      StoredMatrix(input, stride: inputs).transposed, .left, lines: inputs, depth: rows,
      into: room + BFloat16Panels.elements(lines: outputs, depth: rows))
    return PackedFactors(
      inputs: inputs, gradients: gradients,
      blocks: RowBlocks(rows: rows, width: outputs, height: BFloat16Panels.depthOfTile))
  }

  /// `∂W = xᵀ·∂y`, once the factors are packed.
  func reducedProduct(
    _ factors: PackedFactors, into target: UnsafeMutablePointer<Float>, _ pass: Pass
  ) -> TiledProduct {
    .bfloat16(
      BFloat16Product(
        rows: inputs, columns: outputs, depth: factors.blocks.rows,
        .packed(factors.inputs.packed), .packed(factors.gradients.packed), into: target,
        stride: outputs, initial: pass.accumulatesGradients ? .stored : .zero))
  }
}
