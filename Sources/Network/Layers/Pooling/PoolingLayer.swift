import Numerics

/// Makes one number of each channel under each window. Shapes: input `rows × … × channels`, output
/// `rows × …' × channels`.
struct PoolingLayer: Layer {
  enum Rule: Sendable {
    case largest(MaxPooling)
    case average(AveragePooling)
  }

  let rule: Rule
  /// That of the layer before, which left it to this one.
  private let function: ReLU?
  let window: SlidingWindow
  let input: Slot
  let output: Slot

  init(
    rule: Rule, function: ReLU?, window: SlidingWindow, input: Slot, output: Slot,
    _ plan: inout NetworkPlan
  ) {
    self.rule = rule
    self.function = function
    self.window = window
    self.input = input
    self.output = output
    if case .largest(let pooling) = rule, plan.memory.purpose == .training {
      plan.memory.scratch(pooling.scratchElements)
    }
  }

  var operation: Operation {
    switch rule {
    case .largest: .pooling(window, .largest)
    case .average(let pooling):
      .pooling(window, .average(includesPadding: pooling.includesPadding))
    }
  }

  private var examplesPerTile: Int { Tiling.rowsPerTile(width: input.shape.count) }

  func forward(_ memory: Memory, _ pass: Pass) {
    pass.pool.run(
      PoolingForward(
        rule: rule, function: function, images: memory.value(input), imageCount: input.shape.count,
        outputs: memory.value(output), outputCount: output.shape.count, examples: pass.rows,
        examplesPerTile: examplesPerTile),
      tiles: Tiling.tiles(elements: pass.rows, of: examplesPerTile))
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    guard input.hasGradient else { return }
    pass.pool.run(
      PoolingBackward(
        rule: rule, function: function, images: memory.value(input),
        imageGradients: memory.gradient(input),
        imageCount: input.shape.count, outputs: memory.value(output),
        outputGradients: memory.gradient(output), outputCount: output.shape.count,
        examples: pass.rows, examplesPerTile: examplesPerTile, scratch: pass.pool.scratch),
      tiles: Tiling.tiles(elements: pass.rows, of: examplesPerTile))
  }
}

private struct PoolingForward: TileKernel {
  let rule: PoolingLayer.Rule
  let function: ReLU?
  let images: UnsafePointer<Float>
  let imageCount: Int
  let outputs: UnsafeMutablePointer<Float>
  let outputCount: Int
  let examples: Int
  let examplesPerTile: Int

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: PoolingForward.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    for example in Tiling.range(of: tile, count: examples, size: examplesPerTile) {
      let image = images + example * imageCount
      let output = outputs + example * outputCount
      switch rule {
      case .largest(let pooling): pooling.forward(image, into: output)
      case .average(let pooling): pooling.forward(image, into: output)
      }
      function?.forward(output, count: outputCount)
    }
  }
}

private struct PoolingBackward: TileKernel {
  let rule: PoolingLayer.Rule
  let function: ReLU?
  let images: UnsafePointer<Float>
  let imageGradients: UnsafeMutablePointer<Float>
  let imageCount: Int
  let outputs: UnsafePointer<Float>
  let outputGradients: UnsafeMutablePointer<Float>
  let outputCount: Int
  let examples: Int
  let examplesPerTile: Int
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: PoolingBackward.self).pointee.run(tile, worker)
    }
  }

  private func run(_ tile: Int, _ worker: Int) {
    for example in Tiling.range(of: tile, count: examples, size: examplesPerTile) {
      let imageGradient = imageGradients + example * imageCount
      let outputGradient = outputGradients + example * outputCount
      function?.backward(outputs + example * outputCount, outputGradient, count: outputCount)
      switch rule {
      case .largest(let pooling):
        pooling.backward(
          images + example * imageCount, output: outputs + example * outputCount,
          outputGradient: outputGradient, into: imageGradient,
          scratch: pooling.scratchElements > 0 ? scratch[worker] : nil)
      case .average(let pooling):
        imageGradient.update(repeating: 0, count: imageCount)
        pooling.backward(outputGradient, adding: imageGradient)
      }
    }
  }
}
