import Configuration
import Numerics

/// Sees the numbers of each example in another shape; nothing is moved.
package struct ReshapeConfig: LayerConfig {
  package static let type = "reshape"
  package static let summary = "Gives each example another shape: 784 becomes 28×28×1."
  package static let guidance = Guidance.choice(
    """
    To read rows of a table as images or sequences. Data in the idx format has its shape \
    already.
    """,
    typical: "Pixels of a CSV file, before conv2d.",
    example: #"{"type": "reshape", "shape": [28, 28, 1]}"#)

  package var shape: [Int]?
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "shape", \.shape, .list(.integer(in: .between(1, 1_000_000_000)), atLeast: 1),
      required: true, synonyms: ["target_shape", "size", "dims"],
      help: "Extents of an example without the batch, such as [28, 28, 1] for an image.",
      guidance: .choice(
        """
        Whatever the next layer takes, with as many numbers as arrive: [28, 28, 1] for \
        conv2d, [steps, features] for conv1d and recurrent layers.
        """,
        typical: "Rows of a CSV file that are images.",
        example: #""shape": [28, 28, 1]"#)),
    .name,
  ]

  package var reach: StepReach { .ahead }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    let extents = shape ?? []
    let count = extents.reduce(1.0) { $0 * Double($1) }
    guard count == Double(input.shape.count), extents.count <= 3 else {
      let text = extents.map(String.init).joined(separator: "×")
      throw PlanError(
        key: "shape", code: "shape",
        extents.count > 3
          ? "\(text) has more than three dimensions"
          : "\(text) does not hold the \(input.shape.count) numbers (\(input.shape)) that arrive here"
      )
    }
    return Reshape(output: input.reshaped(Shape(extents)))
  }
}

/// A layer whose input and output are the same memory.
struct Reshape: Layer {
  let output: Slot

  var operation: Operation { .reshape }

  func forward(_ memory: Memory, _ pass: Pass) {}
  func backward(_ memory: Memory, _ pass: Pass) {}
}
