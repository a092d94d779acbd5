import Configuration
import Numerics

/// Sets a random fraction of the inputs to zero while training and scales up the rest, so that the
/// expected value stays (Srivastava et al., Dropout, JMLR 2014; "inverted" form).
package struct DropoutConfig: LayerConfig {
  package static let type = "dropout"
  package static let keepsShape = true
  package static let summary = "Sets a random fraction of the inputs to zero while training."

  package var rate = 0.5
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "rate", \.rate, in: .from(0, below: 1), synonyms: ["p", "probability", "dropout"],
      help: "Fraction of the inputs set to zero while training."),
    .name,
  ]

  package var keepsOutputGradient: Bool { true }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    if rate == 0 {
      plan.warn(key: "rate", code: "inert", "a dropout with a rate of 0 does nothing")
    }
    return Dropout(
      rate: rate, layer: plan.randomLayer(), input: input,
      mask: plan.memory.slot(input.shape, gradient: false),
      output: plan.outputSlot(input.shape))
  }
}

/// Shapes: input, mask and output `rows × shape`. The mask holds 0 or 1 / (1 − rate).
struct Dropout: Layer {
  let rate: Double
  /// Which of the network's random layers it is.
  let layer: Int
  let input: Slot
  let mask: Slot
  let output: Slot

  func forward(_ memory: Memory, _ pass: Pass) {
    let count = pass.rows * input.shape.count
    let source = memory.value(input)
    let target = memory.value(output)
    guard pass.mode == .training, rate > 0 else {
      return target.update(from: source, count: count)
    }
    pass.pool.run(
      DropoutForward(
        source: source, mask: memory.value(mask), target: target, count: count, rate: rate,
        random: Random(seed: pass.seed, .dropout(layer: layer), step: pass.step)),
      tiles: Tiling.tiles(elements: count))
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    guard input.hasGradient else { return }
    let count = pass.rows * input.shape.count
    let source = memory.gradient(output)
    let target = memory.gradient(input)
    guard rate > 0 else { return target.update(from: source, count: count) }
    pass.pool.run(
      DropoutBackward(source: source, mask: memory.value(mask), target: target, count: count),
      tiles: Tiling.tiles(elements: count))
  }
}

private struct DropoutForward: TileKernel {
  let source: UnsafePointer<Float>
  let mask: UnsafeMutablePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let count: Int
  let rate: Double
  let random: Random

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: DropoutForward.self).pointee.run(tile) }
  }

  func run(_ tile: Int) {
    let first = tile * Tiling.elements
    let end = min(count, first + Tiling.elements)
    random.fillMask(mask, first..<end, rate: rate)
    let (source, mask, target) = (self.source, self.mask, self.target)
    for index in first..<end { target[index] = source[index] * mask[index] }
  }
}

private struct DropoutBackward: TileKernel {
  let source: UnsafePointer<Float>
  let mask: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let count: Int

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: DropoutBackward.self).pointee.run(tile) }
  }

  func run(_ tile: Int) {
    let first = tile * Tiling.elements
    let (source, mask, target) = (self.source, self.mask, self.target)
    for index in first..<min(count, first + Tiling.elements) {
      target[index] = source[index] * mask[index]
    }
  }
}
