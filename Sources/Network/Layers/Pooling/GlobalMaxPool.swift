import Configuration
import Numerics

/// The largest value of each channel over all steps of a sequence or all pixels of an image: one window as
/// large as the input.
package struct GlobalMaxPoolConfig: LayerConfig {
  package static let type = "global_max_pool"
  package static let summary = "The largest value of each channel over all steps or pixels."
  package static let guidance = Guidance.choice(
    """
    Behind the last convolution where one occurrence of a pattern decides, as of a word \
    in a sentence. Noisier than global_average_pool.
    """,
    typical: "Classifying texts and signals with conv1d.",
    example: #"{"type": "global_max_pool"}"#)
  package static let synonyms = [
    "global_max_pooling", "global_max_pooling2d", "adaptive_max_pool2d",
  ]

  package static let takesLargest = true

  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [.name]

  package var reach: StepReach { .ahead }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    let window = try SlidingWindow(covering: input.shape, layer: Self.type)
    return PoolingLayer(
      rule: .largest(MaxPooling(window: window)), function: plan.takeDeferredFunction(),
      window: window, input: input,
      output: plan.memory.slot(Shape(window.channels), gradient: plan.needsGradient),
      &plan)
  }
}
