import Configuration
import Numerics

/// Sets a random fraction of the inputs to zero while training and scales up the rest, so that the
/// expected value stays (Srivastava et al., Dropout, JMLR 2014; "inverted" form).
package struct DropoutConfig: LayerConfig {
  package static let type = "dropout"
  package static let keepsShape = true
  package static let summary = "Sets a random fraction of the inputs to zero while training."
  package static let guidance = Guidance.choice(
    """
    Where the validation loss rises while the training loss falls, behind large dense \
    layers above all. Not next to batch_normalization, and not where even the training \
    loss is too high.
    """,
    typical: "0.5 before the last dense layer, 0.1 to 0.3 elsewhere.",
    example: #"{"type": "dropout", "rate": 0.2}"#)

  package var rate = 0.5
  package var name: String?

  package init() {}

  /// What to do where it was written as a key of another layer, as some have it in Keras.
  static func adviceInLayers(_ value: JSONValue) -> String {
    let rate = value.double.flatMap { $0 > 0 && $0 < 1 ? $0 : nil } ?? DropoutConfig().rate
    return #"that is a layer of its own: put {"type": "dropout", "rate": \#(rate)} behind it"#
  }

  /// What is called so there is the rate.
  package static let foreignKeys: [String: ForeignKey] = [:]

  package static let keys: [Key<Self>] = [
    .number(
      "rate", \.rate, in: .from(0, below: 1), synonyms: ["p", "probability", "dropout"],
      help: "Fraction of the inputs set to zero while training.",
      guidance: .amount(
        tooLow: "The network overfits: the training loss falls on while the validation loss rises.",
        tooHigh: """
          Both losses stay high, the training loss above the validation loss, and training \
          takes longer.
          """,
        typical: """
          0.1 to 0.3 behind convolutions and in transformers, 0.5 behind large dense layers \
          (Srivastava et al. 2014).
          """,
        example: #""rate": 0.2"#)),
    .name,
  ]

  package var keepsOutputGradient: Bool { true }

  package var treatsStepsAlike: Bool { true }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    if rate == 0 {
      plan.warn(key: "rate", code: "inert", "a dropout with a rate of 0 does nothing")
    }
    if let (message, help) = UnusualValue.dropout(rate) {
      plan.warnOfUnusual("rate", message, help: help)
    }
    plan.memory.scratch(Tiling.elements + Random.maskBlock)
    return Dropout(
      rate: rate, layer: plan.randomLayer(), input: input,
      output: plan.outputSlot(input.shape))
  }
}

/// Shapes: input and output `rows × shape`. The mask of 0 or 1 / (1 − rate) is drawn in scratch memory, and
/// for backward a second time, which takes as long as reading it would.
struct Dropout: Layer {
  let rate: Double
  /// Which of the network's random layers it is.
  let layer: Int
  let input: Slot
  let output: Slot

  var operation: Operation { .dropout(rate: rate) }

  func forward(_ memory: Memory, _ pass: Pass) {
    run(from: memory.value(input), to: memory.value(output), pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    guard input.hasGradient else { return }
    run(from: memory.gradient(output), to: memory.gradient(input), pass)
  }

  private func run(
    from source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ pass: Pass
  ) {
    let isMasked = pass.mode == .training && rate > 0
    let kernel = DropoutMasking(
      source: source, target: target, count: pass.rows * input.shape.count,
      firstNumber: pass.firstRow * input.shape.count, rate: rate,
      random: isMasked
        ? Random(seed: pass.seed, .dropout(layer: layer), step: pass.step) : nil,
      scratch: pass.pool.scratch)
    pass.pool.run(kernel, tiles: Tiling.tiles(elements: kernel.count))
  }
}

/// `target = source ∘ mask`; without a random stream `target = source`.
private struct DropoutMasking: TileKernel {
  let source: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let count: Int
  /// The random number of the first element.
  let firstNumber: Int
  let rate: Double
  let random: Random?
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: DropoutMasking.self).pointee.run(tile, worker)
    }
  }

  private func run(_ tile: Int, _ worker: Int) {
    let range = Tiling.range(of: tile, count: count)
    let (source, target) = (self.source + range.lowerBound, self.target + range.lowerBound)
    guard let random else { return target.update(from: source, count: range.count) }
    // Numbers are drawn from a multiple of a block.
    let first = firstNumber + range.lowerBound
    let before = first % Random.maskBlock
    let room = scratch[worker]
    random.fillMask(room, numbers: first - before..<first + range.count, rate: rate)
    let mask = room + before
    for index in 0..<range.count { target[index] = source[index] * mask[index] }
  }
}
