import Configuration
import Numerics

/// Multi-head self-attention with a projection of the output (Vaswani et al., Attention is all you need,
/// NIPS 2017): every step takes from all steps, or from those up to itself, what matters to it.
package struct SelfAttentionConfig: LayerConfig {
  package static let type = "self_attention"
  package static let keepsShape = true
  package static let addsInputGradient = true
  package static let summary = "Every step of a sequence takes what matters to it from the others."
  package static let guidance = Guidance.choice(
    """
    Sequences in which any step may matter to any other, with much data. Time grows with \
    the square of the length; for a few thousand examples a recurrent layer does better.
    """,
    typical: "In a residual block behind layer_normalization, 4 to 12 heads.",
    example: #"{"type": "self_attention", "heads": 4, "causal": true}"#)
  package static let synonyms = [
    "attention", "multi_head_attention", "multihead_attention", "multiheadattention", "mha",
    "causal_self_attention",
  ]

  package var heads = 1
  package var causal = false
  package var dropout = 0.0
  package var useBias = true
  package var kernelInitializer: any Initializer = XavierUniform()
  package var biasInitializer: any Initializer = Zeros()
  package var l1: Double?
  package var l2: Double?
  package var trainable = true
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "heads", \.heads, in: .between(1, 1_000_000),
      synonyms: ["num_heads", "n_heads", "n_head", "nhead", "number_of_heads"],
      help: "Equal parts of the dimensions that attend each for itself; must divide them.",
      guidance: .amount(
        tooLow: "Each step can look for one kind of relation only: the loss stays a little higher.",
        tooHigh: """
          Heads are too narrow to tell steps apart: below about 16 dimensions for each the \
          loss rises again.
          """,
        typical: "Dimensions of 32 to 64 for each head: 4 heads for 128, 12 for 768 (GPT-2).",
        example: #""heads": 4"#)),
    .boolean(
      "causal", \.causal, synonyms: ["is_causal", "use_causal_mask", "causal_mask", "masked"],
      help: "Whether a step sees only itself and the steps before it, as to predict the next.",
      guidance: .choice(
        """
        true to predict the next token, which is else seen: the training loss falls to \
        almost nothing, and what is generated is nonsense. false to classify whole \
        sequences.
        """,
        typical: "true in GPT, false in BERT and for images.",
        example: #""heads": 4, "causal": true"#)),
    .number(
      "dropout", \.dropout, in: .from(0, below: 1),
      synonyms: ["rate", "attention_dropout", "attn_dropout", "dropout_rate"],
      help: "Fraction of the attention weights set to zero while training.",
      guidance: .amount(
        tooLow: "The network overfits: the training loss falls on while the validation loss rises.",
        tooHigh: "Too little is passed on between steps: both losses stay high.",
        typical: "0 for much data; 0.1 in GPT-2, 0.2 for small texts.",
        example: #""dropout": 0.1"#)),
    .useBias(\.useBias),
    .kernelInitializer(
      \.kernelInitializer,
      guidance: .choice(
        """
        xavier_uniform for a few blocks; normal with a small deviation for many, so that \
        what each adds stays small at first.
        """,
        typical: "xavier_uniform in PyTorch, normal with 0.02 in GPT-2.",
        example: #""kernel_initializer": {"type": "normal", "standard_deviation": 0.02}"#)),
    .biasInitializer(\.biasInitializer),
    .l1(\.l1),
    .l2(\.l2),
    .trainable(\.trainable),
    .name,
  ]

  package var keepsOutputGradient: Bool { true }
  package var reach: StepReach { causal ? .window : .ahead }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    guard input.shape.rank == 2 else {
      throw PlanError(
        code: "shape",
        "self_attention takes a sequence (steps × dimensions), but \(input.shape) arrives here",
        help: input.shape.rank == 1 ? LayerHelp.sequence : LayerHelp.reshape)
    }
    let (steps, dimensions) = (input.shape.dimensions[0], input.shape.dimensions[1])
    guard dimensions % heads == 0 else {
      throw PlanError(
        key: "heads", code: "heads",
        "\(Spelling.count(heads, "head")) do not divide the \(Spelling.count(dimensions, "dimension")) that arrive here"
      )
    }
    guard Double(heads) * Double(steps) * Double(steps) < SlidingWindow.mostElements else {
      throw PlanError(
        code: "too-large",
        "\(Spelling.count(heads, "head")) of \(steps)×\(steps) weights are more than can be computed"
      )
    }
    return try SelfAttention(
      self,
      AttentionGeometry(steps: steps, dimensions: dimensions, heads: heads, isCausal: causal),
      input: input, &plan)
  }
}

/// Shapes: input and output `rows × steps × dimensions`, kernel `dimensions × 3·dimensions` with queries, keys and
/// values side by side, bias `3·dimensions`, output kernel `dimensions × dimensions`, output bias `dimensions`.
struct SelfAttention: Layer {
  let geometry: AttentionGeometry
  let rate: Double
  /// Which of the network's random layers it is; without dropout `nil`.
  let randomLayer: Int?
  let input: Slot
  let inputProjection: Projection
  /// `rows × steps × 3·dimensions`: queries, keys and values of each step.
  let projected: Slot
  /// `batchRows × heads × steps × stride`: the softmax of the scores, for backward.
  let weights: TrainingSlot?
  /// `rows × steps × dimensions`: what each step took, the heads side by side.
  let context: Slot
  let outputProjection: Projection
  let output: Slot

  init(
    _ config: SelfAttentionConfig, _ geometry: AttentionGeometry, input: Slot,
    _ plan: inout NetworkPlan
  ) throws(PlanError) {
    self.geometry = geometry
    self.input = input
    rate = config.dropout
    // The number is taken for prediction too, so that plans of both purposes count alike.
    randomLayer = rate > 0 ? plan.randomLayer() : nil
    let dimensions = geometry.dimensions
    inputProjection = try Projection(
      over: input.shape, outputs: 3 * dimensions, blocks: 3, useBias: config.useBias,
      kernelInitializer: config.kernelInitializer, biasInitializer: config.biasInitializer,
      l1: config.l1, l2: config.l2, &plan)
    projected = plan.memory.slot(
      Shape(geometry.steps, 3 * dimensions), gradient: plan.needsGradient)
    weights = plan.memory.trainingSlot(
      Shape(geometry.heads, geometry.steps, geometry.weightStride))
    context = plan.memory.slot(input.shape, gradient: plan.needsGradient)
    outputProjection = try Projection(
      "output_", over: input.shape, outputs: dimensions, useBias: config.useBias,
      kernelInitializer: config.kernelInitializer, biasInitializer: config.biasInitializer,
      l1: config.l1, l2: config.l2, &plan)
    output = plan.outputSlot(input.shape)
    plan.memory.releaseGradient(of: projected)
    plan.memory.releaseGradient(of: context)
    plan.memory.scratch(geometry.scratchElements(masked: rate > 0))
  }

  var operation: Operation {
    .attention(
      AttentionOperation(
        heads: geometry.heads, isCausal: geometry.isCausal, input: inputProjection.affine,
        output: outputProjection.affine))
  }

  private func steps(_ pass: Pass) -> Int { pass.rows * geometry.steps }

  private func mask(_ pass: Pass) -> AttentionMask? {
    guard pass.mode == .training else { return nil }
    return randomLayer.map {
      AttentionMask(
        geometry: geometry, firstRow: pass.firstRow, rate: rate,
        random: Random(seed: pass.seed, .dropout(layer: $0), step: pass.step))
    }
  }

  func prepare(_ memory: Memory) {
    inputProjection.prepare(memory)
    outputProjection.prepare(memory)
  }

  func forward(_ memory: Memory, _ pass: Pass) {
    inputProjection.forward(
      memory.value(input), into: memory.value(projected), rows: steps(pass), memory, pass)
    let attention = AttentionForward(
      geometry: geometry, projected: memory.value(projected), context: memory.value(context),
      weights: pass.keepsForBackward ? weights.map { memory.value($0) } : nil,
      mask: mask(pass), scratch: pass.pool.scratch)
    pass.pool.run(attention, tiles: pass.rows * geometry.heads)
    outputProjection.forward(
      memory.value(context), into: memory.value(output), rows: steps(pass), memory, pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    guard let weights else { return }
    outputProjection.backward(
      context, gradient: memory.gradient(output), rows: steps(pass), memory, pass)
    let attention = AttentionBackward(
      geometry: geometry, projected: memory.value(projected), weights: memory.value(weights),
      contextGradient: memory.gradient(context), projectedGradient: memory.gradient(projected),
      mask: mask(pass), scratch: pass.pool.scratch)
    pass.pool.run(attention, tiles: pass.rows * geometry.heads)
    inputProjection.backward(
      input, gradient: memory.gradient(projected), rows: steps(pass), memory, pass)
  }
}
