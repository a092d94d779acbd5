import Configuration
import Numerics

/// Adds what its layers make of the input to the input: `y = x + F(x)`, or `y = S(x) + F(x)` with layers of
/// its own on the shortcut (He, Zhang, Ren, Sun, Deep residual learning, CVPR 2016).
package struct ResidualConfig: LayerConfig {
  package static let type = "residual"
  package static let summary = "Adds the output of inner layers to the input."
  package static let guidance = Guidance.choice(
    """
    Networks of more than about ten layers, which else learn worse the deeper they are; \
    every transformer. Shallow ones do without.
    """,
    typical: "3 to 16 blocks of two convolutions; two for each block of a GPT.",
    example:
      #"{"type": "residual", "layers": [{"type": "conv2d", "filters": 16, "padding": "same"}], "activation": "relu"}"#
  )
  package static let synonyms = [
    "residual_block", "skip", "skip_connection", "resnet_block", "add",
  ]

  package var layers: [any LayerConfig]?
  package var shortcut: [any LayerConfig] = []
  package var activation: any Activation = Linear()
  package var trainable = true
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "layers", \.layers, .list(Layers.catalog.codec, atLeast: 1), required: true,
      synonyms: ["block", "branch"], help: "The layers of the branch, in their order.",
      guidance: .choice(
        """
        Two or three convolutions with normalization between, or a normalization and \
        attention or dense layers. They must end in the shape of the input, or the shortcut \
        in theirs.
        """,
        typical: "Two 3×3 convolutions in ResNet-18 and -34; a layer_normalization first in GPT-2.",
        example:
          #""layers": [{"type": "layer_normalization"}, {"type": "self_attention", "heads": 4}]"#)),
    Key(
      "shortcut", \.shortcut, .list(Layers.catalog.codec), synonyms: ["projection", "downsample"],
      help: "Layers on the way around, where the branch changes the shape; by default none.",
      guidance: .choice(
        """
        Where the branch changes the channels or halves the image: a 1×1 convolution with \
        the same filters and stride. Otherwise none, so that gradients pass unchanged.
        """,
        typical: """
          None in most blocks; a convolution with batch_normalization in the first of each \
          stage.
          """,
        example:
          #""layers": [{"type": "conv2d", "filters": 32, "stride": 2, "padding": "same"}], "shortcut": [{"type": "conv2d", "filters": 32, "kernel_size": 1, "stride": 2}]"#
      )),
    .activation(
      \.activation,
      guidance: .choice(
        """
        relu behind the sum in blocks that end in a normalization; linear in blocks that \
        begin with one, whose sum shall pass on as it is.
        """,
        typical: "relu in ResNet, linear in GPT-2.",
        example: #""activation": "relu""#)),
    .trainable(\.trainable),
    .name,
  ]

  package func resolved() -> any LayerConfig {
    var config = self
    config.layers = layers?.map { $0.resolved() }
    config.shortcut = shortcut.map { $0.resolved() }
    return config
  }

  package var outputActivation: (any Activation)? { activation }

  package var reach: StepReach {
    ((layers ?? []) + shortcut).map(\.reach).max() ?? .step
  }

  package var treatsStepsAlike: Bool {
    ((layers ?? []) + shortcut).allSatisfy(\.treatsStepsAlike)
  }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    let sharesGradient = canShareGradient && input.hasGradient
    if !sharesGradient { plan.memory.beginInside() }
    let branchInput = sharesGradient ? input.addingGradient : plan.memory.fork(input)
    let branch = try plan.build(
      layers ?? [], input: branchInput, key: "layers",
      gradientOfOutput: sharesGradient ? input : nil)
    let shortcutInput = shortcut.isEmpty ? input : plan.memory.fork(input)
    let side = try plan.build(shortcut, input: shortcutInput, key: "shortcut")
    let branchOutput = branch.last?.output ?? branchInput
    let shortcutOutput = side.last?.output ?? input
    guard branchOutput.shape == shortcutOutput.shape else {
      throw PlanError(
        key: shortcut.isEmpty ? nil : "shortcut", code: "shape",
        "the branch makes \(branchOutput.shape) of the \(input.shape) that arrive here, but the shortcut \(shortcutOutput.shape)",
        help: shortcut.isEmpty
          ? advice(branch: branchOutput.shape, input: input.shape) : nil)
    }
    let branchWay = Residual.Way(layers: branch, input: branchInput, output: branchOutput)
    let shortcutWay =
      shortcut.isEmpty
      ? nil : Residual.Way(layers: side, input: shortcutInput, output: shortcutOutput)
    let output: Slot
    if sharesGradient {
      output = plan.memory.slot(input.shape, withGradientOf: input)
    } else {
      output = plan.memory.endInside(branchOutput.shape, gradient: plan.needsGradient)
      branchWay.releaseGradients(&plan.memory)
      shortcutWay?.releaseGradients(&plan.memory)
    }
    return Residual(
      input: input, branch: branchWay, shortcut: shortcutWay,
      end: ActivatedOutput(activation, output: output, &plan), sharesGradient: sharesGradient)
  }

  /// Whether input, output and branch can do with one gradient: what arrives at the end stays in place for
  /// the last layer of the branch to read, and the first adds to it. One layer alone would do both at once.
  private var canShareGradient: Bool {
    guard shortcut.isEmpty, let layers, layers.count > 1, let first = layers.first,
      let last = layers.last
    else { return false }
    return Swift.type(of: first).addsInputGradient && last.keepsOutputGradient
  }
}

/// Shapes: input `rows × shape`, output `rows × shape` of the branch. Unless one gradient serves all, each
/// way has a gradient of the input for itself; they are added at the end.
struct Residual: Layer {
  struct Way: Sendable {
    let layers: [any Layer]
    let input: Slot
    let output: Slot

    /// Lets what follows the residual layer use the places of the gradients at both ends.
    func releaseGradients(_ memory: inout MemoryPlan) {
      memory.releaseGradient(of: input)
      if !output.sharesGradient(with: input) { memory.releaseGradient(of: output) }
    }
  }

  let input: Slot
  let branch: Way
  /// `nil` where the input itself is added.
  let shortcut: Way?
  let end: ActivatedOutput
  /// Whether input, output and both ends of the branch have one gradient, in one place.
  let sharesGradient: Bool

  var output: Slot { end.output }
  var operation: Operation {
    .residual(branch: branch.layers, shortcut: shortcut?.layers ?? [], end.activation)
  }

  func prepare(_ memory: Memory) {
    for layer in branch.layers + (shortcut?.layers ?? []) { layer.prepare(memory) }
  }

  func forward(_ memory: Memory, _ pass: Pass) {
    for layer in branch.layers { layer.forward(memory, pass) }
    if let shortcut {
      for layer in shortcut.layers { layer.forward(memory, pass) }
    }
    let sum = Addition(
      memory.value(branch.output), memory.value(shortcut?.output ?? input),
      into: memory.value(output), count: pass.rows * output.shape.count,
      function: end.function(memory, pass))
    pass.pool.run(sum, tiles: sum.tileCount)
    end.finish(memory, pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    end.differentiate(memory, pass)
    guard !sharesGradient else {
      for layer in branch.layers.reversed() { layer.backward(memory, pass) }
      return
    }
    backward(branch, memory, pass)
    if let shortcut { backward(shortcut, memory, pass) }
    guard input.hasGradient else { return }
    let sum = Addition(
      memory.gradient(branch.input), memory.gradient(shortcut?.input ?? output),
      into: memory.gradient(input), count: pass.rows * input.shape.count, function: nil)
    pass.pool.run(sum, tiles: sum.tileCount)
  }

  /// The gradient of a sum is that of each of its terms.
  private func backward(_ way: Way, _ memory: Memory, _ pass: Pass) {
    guard way.output.hasGradient else { return }
    let copy = Copying(
      from: memory.gradient(output), to: memory.gradient(way.output),
      count: pass.rows * output.shape.count)
    pass.pool.run(copy, tiles: copy.tileCount)
    for layer in way.layers.reversed() where layer.output.hasGradient {
      layer.backward(memory, pass)
    }
  }
}

/// `target = f(first + second)`, element by element.
private struct Addition: TileKernel {
  let first: UnsafePointer<Float>
  let second: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let count: Int
  let function: FusedFunction?

  init(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>, count: Int, function: FusedFunction?
  ) {
    self.first = first
    self.second = second
    self.target = target
    self.count = count
    self.function = function
  }

  var tileCount: Int { Tiling.tiles(elements: count) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: Addition.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let range = Tiling.range(of: tile, count: count)
    let (first, second, target) = (self.first, self.second, self.target)
    for index in range { target[index] = first[index] + second[index] }
    function?.apply(first: range.lowerBound, count: range.count)
  }
}

private struct Copying: TileKernel {
  let source: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let count: Int

  init(from source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    self.source = source
    self.target = target
    self.count = count
  }

  var tileCount: Int { Tiling.tiles(elements: count) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: Copying.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let range = Tiling.range(of: tile, count: count)
    (target + range.lowerBound).update(from: source + range.lowerBound, count: range.count)
  }
}
