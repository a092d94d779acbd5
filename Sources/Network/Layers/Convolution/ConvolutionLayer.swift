import Numerics

/// `outputs = f(patches · kernel + bias)`, by blocks of the rows of the patch matrix, which is never
/// whole in memory; see `Convolution` for the shapes.
///
/// Backward, each of some parts of the batch has sums of its own for the gradients of kernel and
/// bias, which are added in order at the end.
struct ConvolutionLayer: Layer {
  let convolution: Convolution
  let input: Slot
  let kernel: Parameter
  let bias: Parameter?
  let end: ActivatedOutput

  var output: Slot { end.output }

  init(
    convolution: Convolution, input: Slot, kernel: Parameter, bias: Parameter?,
    end: ActivatedOutput, _ plan: inout NetworkPlan
  ) {
    self.convolution = convolution
    self.input = input
    self.kernel = kernel
    self.bias = bias
    self.end = end
    plan.memory.scratch(convolution.scratchElements)
    if plan.memory.purpose == .training {
      plan.memory.share(parts(examples: plan.memory.batchRows) * partStride)
    }
  }

  private var positions: Int { convolution.window.output.area }

  func forward(_ memory: Memory, _ pass: Pass) {
    let kernel = ConvolutionForward(
      convolution: convolution, rows: pass.rows * positions, examples: pass.rows,
      images: memory.value(input), kernel: memory.value(kernel),
      bias: bias.map { UnsafePointer(memory.value($0)) }, sums: memory.value(end.sums),
      activation: end.fused, scratch: pass.pool.scratch)
    pass.pool.run(kernel, tiles: kernel.tileCount)
    end.finish(memory, pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    let parts = parts(examples: pass.rows)
    let backward = ConvolutionBackward(
      convolution: convolution, examples: pass.rows, parts: parts,
      images: memory.value(input), kernel: memory.value(kernel),
      derivative: end.derivative(memory), outputGradient: memory.gradient(output),
      inputGradient: input.hasGradient ? memory.gradient(input) : nil,
      sums: memory.shared, sumStride: partStride, hasBias: bias != nil,
      scratch: pass.pool.scratch)
    pass.pool.run(backward, tiles: parts)
    let count = convolution.kernelCount
    pass.pool.run(
      PartialSums(
        of: memory.shared, partCount: parts, stride: partStride, count: count,
        into: memory.gradient(kernel), beta: pass.gradientBeta))
    if let bias {
      pass.pool.run(
        PartialSums(
          of: memory.shared + count, partCount: parts, stride: partStride,
          count: convolution.filters, into: memory.gradient(bias), beta: pass.gradientBeta))
    }
  }

  // MARK: - Parts of the batch

  private static let mostParts = 16
  /// Multiply-adds that are worth a part.
  private static let workOfPart = 1 << 20
  /// Elements of the sums of all parts together.
  private static let sumElements = 1 << 24

  /// Elements from the sums of one part to those of the next.
  private var partStride: Int { convolution.kernelCount + (bias == nil ? 0 : convolution.filters) }

  /// How many parts a batch is cut into: by shapes alone.
  private func parts(examples: Int) -> Int {
    let work = Double(examples) * Double(positions) * Double(convolution.kernelCount)
    let byWork = Int(min(Double(Self.mostParts), work / Double(Self.workOfPart)))
    let byMemory = max(2, Self.sumElements / partStride)
    return max(1, min(examples, min(byWork, byMemory)))
  }
}

/// A tile is a block of rows of the patch matrix.
private struct ConvolutionForward: TileKernel {
  let convolution: Convolution
  let rows: Int
  let examples: Int
  let images: UnsafePointer<Float>
  let kernel: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  let sums: UnsafeMutablePointer<Float>
  let activation: (any Activation)?
  let scratch: Scratch

  var tileCount: Int { Tiling.tiles(elements: rows, of: convolution.rowsPerBlock) }

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: ConvolutionForward.self).pointee.run(tile, worker)
    }
  }

  private func run(_ tile: Int, _ worker: Int) {
    let block = Tiling.range(of: tile, count: rows, size: convolution.rowsPerBlock)
    let filters = convolution.filters
    if let bias {
      for row in block { (sums + row * filters).update(from: bias, count: filters) }
    }
    convolution.multiply(
      block, images: images, examples: examples, kernel: kernel, into: sums,
      beta: bias == nil ? 0 : 1, scratch: scratch[worker])
    activation?.forward(sums + block.lowerBound * filters, count: block.count * filters)
  }
}

/// A tile is a part of the examples of the batch, so that no two add to the same pixels.
private struct ConvolutionBackward: TileKernel {
  let convolution: Convolution
  let examples: Int
  let parts: Int
  let images: UnsafePointer<Float>
  let kernel: UnsafePointer<Float>
  let derivative: ActivatedOutput.Derivative?
  let outputGradient: UnsafeMutablePointer<Float>
  let inputGradient: UnsafeMutablePointer<Float>?
  /// For each part the gradient of the kernel and, behind it, of the bias.
  let sums: UnsafeMutablePointer<Float>
  let sumStride: Int
  let hasBias: Bool
  let scratch: Scratch

  static var entry: TileFunction {
    { context, part, worker in
      context.assumingMemoryBound(to: ConvolutionBackward.self).pointee.run(part, worker)
    }
  }

  private func run(_ part: Int, _ worker: Int) {
    let positions = convolution.window.output.area
    let filters = convolution.filters
    let first = examples * part / parts
    let end = examples * (part + 1) / parts
    let kernelSums = sums + part * sumStride
    kernelSums.update(repeating: 0, count: sumStride)
    if let inputGradient {
      let count = convolution.window.inputCount
      (inputGradient + first * count).update(repeating: 0, count: (end - first) * count)
    }
    var row = first * positions
    while row < end * positions {
      let block = row..<min(end * positions, row + convolution.rowsPerBlock)
      derivative?.apply(to: outputGradient, rows: block)
      if hasBias {
        ColumnSums(
          outputGradient + row * filters, rows: block.count, columns: filters,
          into: kernelSums + convolution.kernelCount, beta: 1
        ).runOnThisThread()
      }
      convolution.addKernelGradient(
        block, images: images, examples: examples, outputGradient: outputGradient,
        to: kernelSums, scratch: scratch[worker])
      if let inputGradient {
        convolution.addInputGradient(
          block, outputGradient: outputGradient, kernel: kernel, to: inputGradient,
          scratch: scratch[worker])
      }
      row = block.upperBound
    }
  }
}
