import Numerics

/// `outputs = f(images ∗ kernel + bias)`, by blocks of the outputs; see `ConvolutionMethod` for the
/// shapes and what a block does.
///
/// Backward, each of some parts of the batch has sums of its own for the gradients of kernel and
/// bias, which are added in order at the end.
struct ConvolutionLayer: Layer {
  private let method: any ConvolutionMethod
  /// What multiplies in bfloat16 while training, if anything does.
  private let reducedMethod: (any ConvolutionMethod)?
  let input: Slot
  let kernel: Parameter
  let bias: Parameter?
  /// That of the layer as a whole, which a pooling behind it may apply in place of `end`.
  private let activation: any Activation
  let end: ActivatedOutput

  var output: Slot { end.output }
  var operation: Operation {
    .convolution(method.window, .init(kernel: kernel, bias: bias), activation)
  }

  init(
    _ window: SlidingWindow, filters: Int, groups: Int, input: Slot, kernel: Parameter,
    bias: Parameter?, activation: any Activation, end: ActivatedOutput,
    _ plan: inout NetworkPlan
  ) {
    method = window.convolution(filters: filters, groups: groups)
    let reduced = PatchConvolution.reduced(window: window, filters: filters, groups: groups)
    if reduced != nil { plan.multiplies() }
    reducedMethod = plan.precision == .bfloat16 ? reduced : nil
    self.input = input
    self.kernel = kernel
    self.bias = bias
    self.activation = activation
    self.end = end
    plan.memory.scratch(method.scratchElements(for: .forward))
    plan.memory.share(method.arrangement(for: .forward).elements)
    guard plan.memory.purpose == .training else { return }
    if let reducedMethod {
      plan.memory.scratch(reducedMethod.scratchElements(for: .forward))
      plan.memory.share(reducedMethod.arrangement(for: .forward).elements)
    }
    for method in [method, reducedMethod].compactMap(\.self) {
      plan.memory.scratch(method.scratchElements(for: .backward))
      plan.memory.share(
        sumsOffset(method) + parts(examples: plan.memory.batchRows) * partStride)
    }
  }

  private func method(_ pass: Pass) -> any ConvolutionMethod {
    pass.reduces(.bfloat16) ? reducedMethod ?? method : method
  }

  private var positions: Int { method.window.output.area }

  func forward(_ memory: Memory, _ pass: Pass) {
    let method = method(pass)
    let kernel = ConvolutionForward(
      method: method,
      operands: ConvolutionSums(
        examples: pass.rows, images: memory.value(input),
        kernel: arrangedKernel(for: .forward, memory, pass),
        bias: bias.map { UnsafePointer(memory.value($0)) }, sums: memory.value(output)),
      function: end.function(memory, pass), scratch: pass.pool.scratch)
    pass.pool.run(kernel, tiles: method.blockCount(examples: pass.rows))
    end.finish(memory, pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    let parts = BatchParts(pass, of: self) { self.parts(examples: $0) }
    let method = method(pass)
    let sums = memory.shared + sumsOffset(method)
    let backward = ConvolutionBackward(
      method: method, parts: parts, images: memory.value(input),
      kernel: input.hasGradient
        ? arrangedKernel(for: .backward, memory, pass) : UnsafePointer(memory.value(kernel)),
      derivative: end.derivative(memory), outputGradient: memory.gradient(output),
      inputGradient: input.hasGradient ? memory.gradient(input) : nil,
      sums: kernel.isTrainable && parts.sharing != .rows ? sums : nil, sumStride: partStride,
      hasBias: bias != nil, scratch: pass.pool.scratch)
    pass.pool.run(backward, tiles: parts.own.count)
    guard kernel.isTrainable else { return }
    guard let share = pass.share, parts.sharing != .nothing else {
      return add(sums, of: parts.own.count, memory, pass)
    }
    // The first rank adds up what one process adds up, and what the others have is added to that.
    let isFirst = share.ranks.rank == 0
    if !isFirst, !pass.accumulatesGradients { clearGradients(memory) }
    switch parts.sharing {
    case .nothing: break
    case .sums:
      let counts = (0..<share.ranks.size).map {
        share.ranks.share(of: parts.count, rank: $0).count * partStride
      }
      let all = share.gathered.gather(sums, counts: counts, room: 0)
      if isFirst { add(all, of: parts.count, memory, pass) }
    case .rows:
      let images = share.rows(memory.value(input), width: input.shape.count, room: 0)
      let gradients = share.rows(memory.gradient(output), width: output.shape.count, room: 1)
      guard isFirst else { return }
      let whole = BatchParts(examples: share.total) { self.parts(examples: $0) }
      pass.pool.run(
        ConvolutionBackward(
          method: method, parts: whole, images: images, kernel: memory.value(kernel),
          derivative: nil, outputGradient: gradients, inputGradient: nil, sums: sums,
          sumStride: partStride, hasBias: bias != nil, scratch: pass.pool.scratch),
        tiles: whole.count)
      add(sums, of: whole.count, memory, pass)
    }
  }

  /// Adds up the gradients of some parts.
  private func add(
    _ sums: UnsafePointer<Float>, of partCount: Int, _ memory: Memory, _ pass: Pass
  ) {
    let count = method.kernelCount
    pass.pool.run(
      PartialSums(
        of: sums, partCount: partCount, stride: partStride, count: count,
        into: memory.gradient(kernel), beta: pass.gradientBeta))
    if let bias {
      pass.pool.run(
        PartialSums(
          of: sums + count, partCount: partCount, stride: partStride, count: method.filters,
          into: memory.gradient(bias), beta: pass.gradientBeta))
    }
  }

  private func clearGradients(_ memory: Memory) {
    memory.gradient(kernel).update(repeating: 0, count: method.kernelCount)
    if let bias { memory.gradient(bias).update(repeating: 0, count: method.filters) }
  }

  /// The kernel as the products of a pass read it.
  private func arrangedKernel(
    for direction: ConvolutionDirection, _ memory: Memory, _ pass: Pass
  ) -> UnsafePointer<Float> {
    let kernel = UnsafePointer(memory.value(kernel))
    let method = method(pass)
    let arrangement = method.arrangement(for: direction)
    guard arrangement.elements > 0 else { return kernel }
    pass.pool.run(
      KernelArranging(
        method: method, direction: direction, kernel: kernel, arranged: memory.shared),
      tiles: arrangement.tiles)
    return UnsafePointer(memory.shared)
  }

  // MARK: - Parts of the batch

  private static let mostParts = 16
  /// Multiply-adds that are worth a part.
  private static let workOfPart = 1 << 20
  /// Elements of the sums of all parts together.
  private static let sumElements = 1 << 24

  /// Elements of the shared room before the sums of the first part.
  private func sumsOffset(_ method: any ConvolutionMethod) -> Int {
    input.hasGradient ? method.arrangement(for: .backward).elements : 0
  }

  /// Elements from the sums of one part to those of the next.
  var partStride: Int { method.kernelCount + (bias == nil ? 0 : method.filters) }

  /// How many parts a batch is cut into: by shapes alone. Powers of 2, so that they go evenly to most
  /// numbers of threads.
  private func parts(examples: Int) -> Int {
    let work = Double(examples) * Double(positions) * Double(method.kernelCount)
    var parts = 1
    while parts < Self.mostParts, 2 * parts <= examples,
      Double(2 * parts * Self.workOfPart) <= work,
      parts < 2 || 2 * parts * partStride <= Self.sumElements
    {
      parts *= 2
    }
    return parts
  }
}

/// A tile is that of the arrangement.
private struct KernelArranging: TileKernel {
  let method: any ConvolutionMethod
  let direction: ConvolutionDirection
  let kernel: UnsafePointer<Float>
  let arranged: UnsafeMutablePointer<Float>

  static var entry: TileFunction {
    { context, tile, _ in
      let pass = context.assumingMemoryBound(to: KernelArranging.self).pointee
      pass.method.arrange(
        tile: tile, for: pass.direction, kernel: pass.kernel, into: pass.arranged)
    }
  }
}

/// A tile is a block of the outputs.
private struct ConvolutionForward: TileKernel {
  let method: any ConvolutionMethod
  let operands: ConvolutionSums
  let function: FusedFunction?
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: ConvolutionForward.self).pointee.run(tile, worker)
    }
  }

  private func run(_ block: Int, _ worker: Int) {
    method.forward(block: block, operands, scratch: scratch[worker])
    let outputs = method.outputs(of: block, examples: operands.examples)
    function?.apply(
      first: outputs.lowerBound * method.filters, count: outputs.count * method.filters)
  }
}

/// A tile is a part of the examples of the batch, so that no two add to the same pixels.
private struct ConvolutionBackward: TileKernel {
  let method: any ConvolutionMethod
  let parts: BatchParts
  let images: UnsafePointer<Float>
  let kernel: UnsafePointer<Float>
  let derivative: FusedDerivative?
  let outputGradient: UnsafeMutablePointer<Float>
  let inputGradient: UnsafeMutablePointer<Float>?
  /// For each part the gradient of the kernel and, behind it, of the bias; `nil` if nobody asks for them.
  let sums: UnsafeMutablePointer<Float>?
  let sumStride: Int
  let hasBias: Bool
  let scratch: Scratch

  static var entry: TileFunction {
    { context, part, worker in
      context.assumingMemoryBound(to: ConvolutionBackward.self).pointee.run(part, worker)
    }
  }

  private func run(_ part: Int, _ worker: Int) {
    let (window, filters) = (method.window, method.filters)
    let examples = parts.examples(of: part)
    let (first, count) = (examples.lowerBound, examples.count)
    let firstOutput = first * window.output.area
    let kernelSums = sums.map { $0 + part * sumStride }
    let biasSums = hasBias ? kernelSums.map { $0 + method.kernelCount } : nil
    let gradients = ConvolutionGradients(
      examples: count, images: images + first * window.inputCount,
      outputGradient: outputGradient + firstOutput * filters, kernel: kernel,
      kernelGradient: kernelSums,
      inputGradient: inputGradient.map { $0 + first * window.inputCount })
    let scratch = scratch[worker]
    method.beginGradients(gradients, scratch: scratch)
    for block in 0..<method.blockCount(examples: count) {
      let outputs = method.outputs(of: block, examples: count)
      let rows = firstOutput + outputs.lowerBound..<firstOutput + outputs.upperBound
      derivative?.apply(to: outputGradient, rows: rows)
      if let biasSums {
        ColumnSums(
          outputGradient + rows.lowerBound * filters, rows: rows.count, columns: filters,
          into: biasSums, beta: block == 0 ? 0 : 1
        ).runOnThisThread()
      }
      method.addGradients(block: block, gradients, scratch: scratch)
    }
    method.endGradients(gradients, scratch: scratch)
  }
}
