import Configuration
import Numerics

/// What poolings in any number of dimensions have in common.
package struct PoolingSettings: Sendable {
  var poolSize: [Int]
  /// The pool size where the configuration names none.
  var stride: [Int]?
  var padding = Padding.valid

  init(dimensions: Int) {
    poolSize = Array(repeating: 2, count: dimensions)
  }
}

/// A pooling as configured.
protocol PoolingConfig: LayerConfig {
  static var dimensions: Int { get }
  var settings: PoolingSettings { get set }

  func rule(for window: SlidingWindow) -> PoolingLayer.Rule

  /// Notes the settings that change nothing.
  func warnOfInertSettings(_ plan: inout NetworkPlan)
}

extension PoolingConfig {
  func warnOfInertSettings(_ plan: inout NetworkPlan) {}

  /// Where as many steps leave as arrive, the windows reach to both sides.
  package var reach: StepReach { settings.poolSize.contains { $0 > 1 } ? .ahead : .step }

  static var poolingKeys: [Key<Self>] {
    [
      Key(
        "pool_size", \.settings.poolSize, .extents(dimensions: dimensions, in: .windowExtent),
        synonyms: ["kernel_size", "size", "pool", "window"],
        help: "Extent of the window: one number, or one for each dimension.",
        guidance: .amount(
          tooLow: """
            The extent stays large: later layers take time and memory, and see little of the \
            whole.
            """,
          tooHigh: "Where something was is lost, and what is small vanishes.",
          typical: "2; 3 with a stride of 2 in AlexNet and ResNet.",
          example: #""pool_size": 2"#)),
      Key(
        "stride", \.settings.stride, .extents(dimensions: dimensions, in: .windowExtent),
        synonyms: ["strides", "step"],
        help: "Steps from one output to the next; by default the pool size.",
        guidance: .amount(
          tooLow: "Windows overlap and the extent hardly shrinks.",
          tooHigh: "Beyond pool_size, what lies between the windows is not seen at all.",
          typical: "Left out, which is the pool size; 2 with windows of 3.",
          example: #""pool_size": 3, "stride": 2"#)),
      Key(
        "padding", \.settings.padding, .padding(dimensions: dimensions),
        help:
          "What surrounds the input: nothing, as much as keeps the extent (divided by the stride), or so much on each side.",
        guidance: .choice(
          """
          valid leaves out what no longer fills a window; same keeps it, for extents that the \
          stride does not divide. A number does what PyTorch does.
          """,
          typical: "valid; 1 with windows of 3 and a stride of 2 in ResNet.",
          example: #""padding": "same""#)),
    ]
  }

  package func resolved() -> any LayerConfig {
    var config = self
    config.settings.stride = settings.stride ?? settings.poolSize
    return config
  }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    if case .amounts(let amounts) = settings.padding,
      let index = amounts.indices.first(where: { amounts[$0] >= settings.poolSize[$0] })
    {
      throw PlanError(
        key: "padding", code: "padding",
        "a padding of \(amounts[index]) makes windows of \(settings.poolSize[index]) that see nothing else",
        help: "it must be smaller than the pool size")
    }
    let window = try SlidingWindow(
      .init(
        sizeKey: "pool_size", size: settings.poolSize,
        stride: settings.stride ?? settings.poolSize,
        dilation: Array(repeating: 1, count: Self.dimensions), padding: settings.padding),
      layer: Self.type, over: input.shape)
    let shape = try window.outputShape(
      dimensions: Self.dimensions, channels: window.channels)
    warnOfInertSettings(&plan)
    plan.warnOfGaps(between: window)
    return PoolingLayer(
      rule: rule(for: window), function: Self.takesLargest ? plan.takeDeferredFunction() : nil,
      window: window, input: input,
      output: plan.memory.slot(shape, gradient: plan.needsGradient), &plan)
  }
}
