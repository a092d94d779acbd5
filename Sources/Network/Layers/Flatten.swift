import Configuration
import Numerics

/// Sees each example as one row of numbers; nothing is moved.
package struct FlattenConfig: LayerConfig {
  package static let type = "flatten"
  package static let summary = "Makes each example one row: 28×28×1 becomes 784."
  package static let guidance = Guidance.choice(
    """
    Between convolutions and a dense layer, where it counts where in the image something \
    is. Where it does not: global_average_pool, with far fewer parameters behind it.
    """,
    typical: "LeNet-5, VGG.",
    example: #"{"type": "flatten"}"#)

  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [.name]

  package var reach: StepReach { .ahead }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    if input.shape.rank == 1 {
      plan.warn(
        key: "type", code: "inert", "what arrives here is one row already",
        help: "leave this layer out")
    }
    return Reshape(output: input.reshaped(Shape(input.shape.count)))
  }
}
