import Configuration
import Numerics

/// Adds a vector for each position to what arrives there, since attention alone knows no order.
package struct PositionalEmbeddingConfig: LayerConfig {
  package enum Kind: String, CaseIterable, Sendable {
    case learned
    case sinusoidal
  }

  package static let type = "positional_embedding"
  package static let keepsShape = true
  package static let summary = "Adds a vector for each position of a sequence."
  package static let guidance = Guidance.choice(
    """
    Behind the embedding, before the first self_attention, which else knows no order. \
    Recurrent and convolutional layers know it by themselves.
    """,
    typical: "learned, once in a network.",
    example: #"{"type": "positional_embedding"}"#)
  package static let synonyms = [
    "position_embedding", "positional_encoding", "position_encoding", "positional",
  ]

  package var kind = Kind.learned
  package var kernelInitializer: (any Initializer)?
  package var l1: Double?
  package var l2: Double?
  package var trainable = true
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "kind", \.kind, .choice, synonyms: ["mode", "encoding"],
      help:
        "learned has a parameter for each position; sinusoidal has sines and cosines of falling frequency, and learns nothing.",
      guidance: .choice(
        """
        learned where training sees every position often; sinusoidal for little data, since \
        it has nothing to learn.
        """,
        typical: "learned in GPT-2 and BERT, sinusoidal in Vaswani et al. (2017).",
        example: #""kind": "sinusoidal""#)),
    Key(
      "kernel_initializer", \.kernelInitializer, Initializers.catalog.codec,
      synonyms: ["initializer", "init", "weight_initializer", "initialization"],
      help:
        "First values of the learned vectors; by default normal with a standard deviation of 0.02.",
      guidance: .embedding),
    .l1(\.l1),
    .l2(\.l2),
    .trainable(\.trainable),
    .name,
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    guard kind == .sinusoidal else { return }
    for key in ["kernel_initializer", "l1", "l2", "trainable"] {
      guard let value = json[key], key != "trainable" || !trainable else { continue }
      reading.report(
        code: "contradiction",
        "'\(key)' is for learned positions, and sinusoidal ones learn nothing",
        at: value.location, help: "leave it out, or set \"kind\": \"learned\"")
    }
  }

  package func resolved() -> any LayerConfig {
    var config = self
    if kind == .learned { config.kernelInitializer = kernelInitializer ?? Normal.forEmbeddings }
    return config
  }

  package var reach: StepReach { .window }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    guard input.shape.rank == 2 else {
      throw PlanError(
        code: "shape",
        "positional_embedding takes a sequence (steps × dimensions), but \(input.shape) arrives here",
        help: input.shape.rank == 1 ? LayerHelp.sequence : LayerHelp.reshape)
    }
    let (steps, dimensions) = (input.shape.dimensions[0], input.shape.dimensions[1])
    if kind == .sinusoidal { plan.memory.scratch(PositionBlocks.scratchElements(dimensions)) }
    let kernel =
      kind == .learned
      ? plan.parameter(
        "kernel", input.shape, role: .kernel, kernelInitializer ?? Normal.forEmbeddings,
        fans: Fans(input: steps, output: dimensions), l1: l1, l2: l2) : nil
    return PositionalEmbedding(
      kernel: kernel, input: input,
      output: plan.memory.slot(
        input.shape, withGradientOf: input, gradient: plan.needsGradient))
  }
}

/// `y = x + p`, with the same p, `steps × dimensions`, for every example. Without a kernel p is a sinusoid.
///
/// Shapes: input and output `rows × steps × dimensions`, kernel `steps × dimensions`. The gradient of the
/// output is that of the input, in the same memory.
struct PositionalEmbedding: Layer {
  let kernel: Parameter?
  let input: Slot
  let output: Slot

  var operation: Operation { .positions(kernel.map { .learned($0) } ?? .sinusoidal) }

  func forward(_ memory: Memory, _ pass: Pass) {
    let addition = PositionAddition(
      blocks: PositionBlocks(
        steps: input.shape.dimensions[0], dimensions: input.shape.dimensions[1]),
      input: memory.value(input), kernel: kernel.map { UnsafePointer(memory.value($0)) },
      output: memory.value(output), rows: pass.rows, scratch: pass.pool.scratch)
    pass.pool.run(addition, tiles: addition.blocks.count)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    guard let kernel, kernel.isTrainable else { return }
    let sums = ColumnSums(
      memory.gradient(output), rows: pass.rows, columns: output.shape.count,
      into: memory.gradient(kernel), beta: pass.gradientBeta)
    pass.pool.run(sums, tiles: sums.tileCount)
  }
}

/// The positions of a sequence, cut into blocks that all examples pass together.
struct PositionBlocks {
  let steps: Int
  let dimensions: Int

  private static let elements = 1024

  private static func size(_ dimensions: Int) -> Int { max(1, elements / dimensions) }

  var count: Int { Tiling.tiles(elements: steps, of: Self.size(dimensions)) }

  func range(_ block: Int) -> Range<Int> {
    Tiling.range(of: block, count: steps, size: Self.size(dimensions))
  }

  /// Elements of the vectors of a block.
  static func scratchElements(_ dimensions: Int) -> Int { size(dimensions) * dimensions }
}

/// A tile is a block of positions of all examples.
private struct PositionAddition: TileKernel {
  let blocks: PositionBlocks
  let input: UnsafePointer<Float>
  /// Without one, positions are sinusoidal.
  let kernel: UnsafePointer<Float>?
  let output: UnsafeMutablePointer<Float>
  let rows: Int
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: PositionAddition.self).pointee.run(tile, worker)
    }
  }

  private func run(_ tile: Int, _ worker: Int) {
    let positions = blocks.range(tile)
    let dimensions = blocks.dimensions
    let vectors: UnsafePointer<Float>
    if let kernel {
      vectors = kernel + positions.lowerBound * dimensions
    } else {
      Sinusoid.fill(scratch[worker], positions: positions, dimensions: dimensions)
      vectors = UnsafePointer(scratch[worker])
    }
    for row in 0..<rows {
      let first = (row * blocks.steps + positions.lowerBound) * dimensions
      let (source, target) = (input + first, output + first)
      for index in 0..<positions.count * dimensions {
        target[index] = source[index] + vectors[index]
      }
    }
  }
}
