import Configuration
import Numerics

extension Guidance {
  /// How to begin the vectors of tokens or positions.
  static let embedding = Guidance.choice(
    """
    A small deviation in front of residual blocks, so that what they add counts from the \
    first step; up to 1 in front of a recurrent layer alone.
    """,
    typical: "A normal deviation of 0.02 in GPT-2, of 1 in PyTorch; uniform within 0.05 in Keras.",
    example: #""kernel_initializer": {"type": "normal", "standard_deviation": 0.02}"#)
}

/// Looks up a learned vector for each token (Bengio, Ducharme, Vincent, Jauvin, A neural probabilistic
/// language model, JMLR 2003).
package struct EmbeddingConfig: LayerConfig {
  package static let type = "embedding"
  package static let summary = "A learned vector for each token of a text."
  package static let guidance = Guidance.choice(
    """
    The first layer for texts, whose tokens are numbers without a size. Categories of \
    tables have their vectors in front of all layers: "encoding" in data.columns.
    """,
    typical: "64 dimensions for characters, 128 to 768 in transformers.",
    example: #"{"type": "embedding", "dimensions": 64}"#)
  package static let synonyms = ["token_embedding", "word_embedding", "lookup"]

  package var dimensions: Int?
  package var kernelInitializer: any Initializer = Normal.forEmbeddings
  package var l1: Double?
  package var l2: Double?
  package var trainable = true
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "dimensions", \.dimensions, in: .between(1, 1_000_000), required: true,
      synonyms: [
        "embedding_dim", "embedding_size", "output_dim", "units", "size", "width", "hidden_size",
      ],
      help: "Numbers of each vector.",
      guidance: .amount(
        tooLow: "Tokens cannot be told apart well: training and validation loss both stay high.",
        tooHigh: "Rare tokens are learned by heart, and all layers behind grow with it.",
        typical: "16 to 128 for characters; as wide as the blocks of a transformer, 128 to 768.",
        example: #""dimensions": 64"#)),
    .kernelInitializer(\.kernelInitializer, guidance: .embedding),
    .l1(\.l1),
    .l2(\.l2),
    .trainable(\.trainable),
    .name,
  ]

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    guard let vocabularySize = plan.vocabularySize else {
      throw PlanError(
        code: "tokens", "embedding takes the numbers of tokens, but the data here has none",
        help: "texts have tokens (\"format\": \"text\"); for numbers take a dense layer")
    }
    guard plan.isFirstLayer, input.shape.rank == 1 else {
      throw PlanError(
        code: "tokens",
        "embedding takes the numbers of tokens, which arrive at the first layer only",
        help: "put it first, or take a dense layer here")
    }
    let dimensions = dimensions ?? 1
    let kernel = plan.parameter(
      "kernel", Shape(vocabularySize, dimensions), role: .kernel, kernelInitializer,
      fans: Fans(input: vocabularySize, output: dimensions), l1: l1, l2: l2)
    return Embedding(
      input: input, kernel: kernel,
      output: plan.memory.slot(Shape(input.shape.count, dimensions), gradient: plan.needsGradient))
  }
}

extension Normal {
  /// What GPT-2 begins with (Radford et al., Language models are unsupervised multitask learners, 2019).
  static let forEmbeddings = Normal(standardDeviation: 0.02)
}

/// Shapes: input `rows × steps`, numbers of tokens; kernel `vocabulary × dimensions`; output
/// `rows × steps × dimensions`.
struct Embedding: Layer {
  let input: Slot
  let kernel: Parameter
  let output: Slot

  var operation: Operation { .embedding(kernel: kernel) }

  private func steps(_ pass: Pass) -> Int { pass.rows * input.shape.count }

  func forward(_ memory: Memory, _ pass: Pass) {
    let lookup = EmbeddingForward(
      tokens: memory.value(input), kernel: memory.value(kernel), output: memory.value(output),
      steps: steps(pass), vocabulary: kernel.shape.dimensions[0],
      dimensions: kernel.shape.dimensions[1])
    pass.pool.run(lookup, tiles: lookup.tileCount)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    let sums = EmbeddingBackward(
      tokens: memory.value(input), gradient: memory.gradient(output),
      kernelGradient: memory.gradient(kernel), steps: steps(pass),
      vocabulary: kernel.shape.dimensions[0], dimensions: kernel.shape.dimensions[1],
      accumulates: pass.accumulatesGradients)
    pass.pool.run(sums, tiles: sums.tileCount)
  }
}

/// A tile is a block of steps.
private struct EmbeddingForward: TileKernel {
  let tokens: UnsafePointer<Float>
  let kernel: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let steps: Int
  let vocabulary: Int
  let dimensions: Int

  private var stepsPerTile: Int { Tiling.rowsPerTile(width: dimensions) }
  var tileCount: Int { Tiling.tiles(elements: steps, of: stepsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: EmbeddingForward.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    for step in Tiling.range(of: tile, count: steps, size: stepsPerTile) {
      let token = Int(tokens[step])
      assert(0..<vocabulary ~= token)
      (output + step * dimensions).update(from: kernel + token * dimensions, count: dimensions)
    }
  }
}

/// The gradient of a token's vector is the sum over all steps that have it. A tile owns some columns
/// and goes through the steps in their order.
private struct EmbeddingBackward: TileKernel {
  let tokens: UnsafePointer<Float>
  let gradient: UnsafePointer<Float>
  let kernelGradient: UnsafeMutablePointer<Float>
  let steps: Int
  let vocabulary: Int
  let dimensions: Int
  let accumulates: Bool

  private static let columnsPerTile = 32

  var tileCount: Int { Tiling.tiles(elements: dimensions, of: Self.columnsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: EmbeddingBackward.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    let columns = Tiling.range(of: tile, count: dimensions, size: Self.columnsPerTile)
    let target = kernelGradient + columns.lowerBound
    let source = gradient + columns.lowerBound
    if !accumulates {
      for token in 0..<vocabulary {
        (target + token * dimensions).update(repeating: 0, count: columns.count)
      }
    }
    for step in 0..<steps {
      let sums = target + Int(tokens[step]) * dimensions
      let terms = source + step * dimensions
      for column in 0..<columns.count { sums[column] += terms[column] }
    }
  }
}
