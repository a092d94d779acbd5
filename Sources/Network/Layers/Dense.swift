import Configuration
import Numerics

/// A fully connected layer: `y = f(x·W + b)`.
package struct DenseConfig: LayerConfig {
  package static let type = "dense"
  package static let summary = "A fully connected layer: activation(input · kernel + bias)."
  package static let guidance = Guidance.choice(
    """
    Rows of tables; the last layer of every network; each step of a sequence for itself. \
    For whole images it has far too many parameters: conv2d.
    """,
    typical: "One or two of 16 to 512 units, and one without units at the end.",
    example: #"{"type": "dense", "units": 64, "activation": "relu"}"#)
  package static let synonyms = ["linear", "fully_connected", "fc", "inner_product"]

  package var units: Int?
  package var activation: any Activation = Linear()
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
      "units", \.units, in: .between(1, 10_000_000),
      synonyms: ["neurons", "out_features", "output_dim", "size", "width", "hidden_size"],
      help: "Outputs of the layer; the last layer may leave it out: one for each class or target.",
      guidance: .amount(
        tooLow: """
          Training and validation loss both stay high, close together, and more epochs do not \
          help.
          """,
        tooHigh: """
          The training loss falls to almost nothing while the validation loss rises; time and \
          memory grow with inputs times units.
          """,
        typical: """
          8 to 64 for tables of some hundred rows, 64 to 512 for images; four times the \
          dimensions inside a transformer block.
          """,
        example: #""units": 64"#)),
    .activation(\.activation),
    .useBias(\.useBias),
    .kernelInitializer(\.kernelInitializer),
    .biasInitializer(\.biasInitializer),
    .l1(\.l1),
    .l2(\.l2),
    .trainable(\.trainable),
    .name,
  ]

  package static var addsInputGradient: Bool { true }
  package var keepsOutputGradient: Bool { Swift.type(of: activation).isIdentity }
  package var outputActivation: (any Activation)? { activation }
  package var treatsStepsAlike: Bool { true }
  package static var categories: CategoryUse { .addedUp }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    guard input.shape.rank <= 2 else {
      throw PlanError(
        code: "shape", "dense takes a flat input, but \(input.shape) arrives here",
        help: "put {\"type\": \"flatten\"} before it")
    }
    guard let units = units ?? (plan.isLastLayer ? plan.outputUnits : nil) else {
      throw PlanError(
        code: "missing-units", "this dense layer needs 'units'",
        help:
          "only the last dense layer may leave it out, with nothing but activations, dropout or normalization behind it"
      )
    }
    plan.warnOfEqualUnits(units, kernelInitializer)
    if let indexed = plan.takeIndexedInput() {
      return planSparse(indexed, input: input, units: units, &plan)
    }
    if let members = plan.members, plan.isLastLayer {
      return planMembers(members, input: input, units: units, &plan)
    }
    let projection = try Projection(
      over: input.shape, outputs: units, useBias: useBias, kernelInitializer: kernelInitializer,
      biasInitializer: biasInitializer, l1: l1, l2: l2, &plan)
    let shape = Shape(input.shape.dimensions.dropLast() + [units])
    return Dense(
      input: input, projection: projection, end: ActivatedOutput(activation, shape: shape, &plan))
  }

  /// The last layer of an ensemble is that of each member alone.
  private func planMembers(
    _ members: Int, input: Slot, units: Int, _ plan: inout NetworkPlan
  ) -> any Layer {
    let inputs = input.shape.dimensions.last ?? 1
    let fans = Fans(input: inputs, output: units)
    let kernel = plan.parameter(
      "kernel", Shape(members, inputs, units), role: .kernel, kernelInitializer, fans: fans, l1: l1,
      l2: l2)
    let bias = plan.bias(Shape(members, units), isUsed: useBias, biasInitializer, fans: fans)
    return MemberDense(
      input: input, kernel: kernel, bias: bias,
      end: ActivatedOutput(activation, shape: Shape(members, units), &plan))
  }

  private func planSparse(
    _ indexed: IndexedInput, input: Slot, units: Int, _ plan: inout NetworkPlan
  ) -> any Layer {
    let width = indexed.layout.width
    let fans = Fans(input: width, output: units)
    let kernel = plan.parameter(
      "kernel", Shape(width, units), role: .kernel, kernelInitializer, fans: fans, l1: l1, l2: l2)
    let bias = plan.bias(Shape(units), isUsed: useBias, biasInitializer, fans: fans)
    let shape = Shape(input.shape.dimensions.dropLast() + [units])
    return SparseDense(
      indexed.layout, input: input, kernel: kernel, bias: bias,
      end: ActivatedOutput(activation, shape: shape, &plan), factors: indexed.factors)
  }
}

/// The same kernel for every example or, of a sequence, for every step.
///
/// Shapes: input `rows × inputs` or `rows × steps × inputs`, kernel `inputs × units`, bias `units`, output
/// `rows × units` or `rows × steps × units`.
struct Dense: Layer {
  let input: Slot
  let projection: Projection
  let end: ActivatedOutput

  var output: Slot { end.output }
  var operation: Operation { .dense(projection.affine, end.activation) }

  /// The steps of all examples, one below the other.
  private func rows(_ pass: Pass) -> Int { pass.rows * (output.shape.count / projection.outputs) }

  func prepare(_ memory: Memory) { projection.prepare(memory) }

  func forward(_ memory: Memory, _ pass: Pass) {
    projection.forward(
      memory.value(input), into: memory.value(output), rows: rows(pass),
      function: end.function(memory, pass), memory, pass)
    end.finish(memory, pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    projection.backward(
      input, gradient: memory.gradient(output), derivative: end.derivative(memory),
      rows: rows(pass), memory, pass)
  }
}
