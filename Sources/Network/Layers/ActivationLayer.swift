import Configuration
import Numerics

/// An activation as a layer of its own: `y = f(x)`.
package struct ActivationConfig: LayerConfig {
  package static let type = "activation"
  package static let keepsShape = true
  package static let summary = "An activation function on its own."
  package static let guidance = Guidance.choice(
    """
    Behind a normalization, or wherever the function cannot be said by the layer before. \
    Otherwise the key activation of that layer.
    """,
    typical: "Between batch_normalization and the next convolution.",
    example: #"{"type": "activation", "activation": "relu"}"#)
  package static let synonyms = Activations.catalog.entries.map(\.type)

  package var activation: (any Activation)?
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "activation", \.activation, Activations.catalog.codec, required: true,
      synonyms: ["function"], help: "The function.",
      guidance: .choice(
        """
        The function that belongs behind what comes before, mostly a normalization. Behind a \
        dense or convolutional layer the key activation of that layer is shorter, and as \
        fast.
        """,
        typical: "relu behind batch_normalization.",
        example: #""activation": "relu""#)),
    .name,
  ]

  package var outputActivation: (any Activation)? { activation }

  package var treatsStepsAlike: Bool { true }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    if let activation, Swift.type(of: activation).isIdentity {
      plan.warn(
        key: "activation", code: "inert", "linear passes on what arrives as it is",
        help: "leave this layer out")
    }
    return ActivationLayer(
      activation: activation ?? Linear(), input: input,
      output: plan.memory.slot(input.shape, gradient: plan.needsGradient))
  }
}

/// Shapes: input and output `rows × shape`; a rowwise function works along the last dimension.
struct ActivationLayer: Layer {
  let activation: any Activation
  let input: Slot
  let output: Slot

  var operation: Operation { .activation(activation) }

  private var width: Int { max(1, output.shape.dimensions.last ?? 1) }
  private func rows(_ pass: Pass) -> Int { pass.rows * output.shape.count / width }

  func forward(_ memory: Memory, _ pass: Pass) {
    pass.pool.apply(
      activation, to: memory.value(input), into: memory.value(output), rows: rows(pass),
      width: width)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    guard input.hasGradient else { return }
    let operand = type(of: activation).backwardReads == .input ? input : output
    pass.pool.applyDerivative(
      of: activation, at: memory.value(operand), to: memory.gradient(output),
      into: memory.gradient(input), rows: rows(pass), width: width)
  }
}
