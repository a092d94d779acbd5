import Configuration
import Numerics

/// The mean of each channel over all steps of a sequence or all pixels of an image: one window as
/// large as the input.
package struct GlobalAveragePoolConfig: LayerConfig {
  package static let type = "global_average_pool"
  package static let summary = "The mean of each channel over all steps or pixels."
  package static let guidance = Guidance.choice(
    """
    Behind the last convolution, in the place of flatten: no parameters, and images of \
    any size. Not where it counts where something is.
    """,
    typical: "ResNet, MobileNet; before the last dense layer.",
    example: #"{"type": "global_average_pool"}"#)
  package static let synonyms = [
    "global_avg_pool", "global_average_pooling", "global_average_pooling2d", "adaptive_avg_pool2d",
  ]

  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [.name]

  package var reach: StepReach { .ahead }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    let window = try SlidingWindow(covering: input.shape, layer: Self.type)
    return PoolingLayer(
      rule: .average(AveragePooling(window: window, includesPadding: false)), function: nil,
      window: window, input: input,
      output: plan.memory.slot(Shape(window.channels), gradient: plan.needsGradient),
      &plan)
  }
}
