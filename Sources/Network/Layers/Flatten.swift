import Configuration
import Numerics

/// Sees each example as one row of numbers; nothing is moved.
package struct FlattenConfig: LayerConfig {
  package static let type = "flatten"
  package static let summary = "Makes each example one row: 28×28×1 becomes 784."

  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [.name]

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    Flatten(output: input.reshaped(Shape(input.shape.count)))
  }
}

struct Flatten: Layer {
  let output: Slot

  // Input and output are the same memory.
  func forward(_ memory: Memory, _ pass: Pass) {}
  func backward(_ memory: Memory, _ pass: Pass) {}
}
