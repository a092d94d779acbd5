import Configuration
import Numerics

/// A layer as built: slots and constants, no state. What it learns lies in the memory.
package protocol Layer: Sendable {
  var output: Slot { get }

  /// What it computes when it predicts, for whoever writes it down for other programs.
  var operation: Operation { get }

  /// Lays out parameters anew for prediction, which leaves them as they are from then on.
  func prepare(_ memory: Memory)

  /// Computes the output of `pass.rows` examples from the input.
  func forward(_ memory: Memory, _ pass: Pass)

  /// Computes the gradients of the parameters and, if it has one, of the input from the gradient of
  /// the output, which it may overwrite. It follows the forward pass of the same batch.
  func backward(_ memory: Memory, _ pass: Pass)
}

extension Layer {
  package func prepare(_ memory: Memory) {}
}

/// A layer as configured.
package protocol LayerConfig: GuidedVariant {
  /// A name of the user's choice; it names the parameters.
  var name: String? { get set }

  /// Whether training moves the parameters of the layer and of those inside it.
  var trainable: Bool { get }

  /// Whether the layer passes on as many numbers as arrive, whatever comes before it.
  static var keepsShape: Bool { get }

  /// Whether the layer can add to the gradient of its input, where `Slot.addsGradient` asks for it.
  static var addsInputGradient: Bool { get }

  /// Whether the layer plans its output by `NetworkPlan.outputSlot` and backward leaves the gradient of the
  /// output as it was.
  var keepsOutputGradient: Bool { get }

  /// Whether it takes the largest of some values of its input, before or behind which a function that nowhere falls may be
  /// applied, and applies that of `NetworkPlan.takeDeferredFunction`.
  static var takesLargest: Bool { get }

  /// The function that the output passed last; `nil` if there is none.
  var outputActivation: (any Activation)? { get }

  /// Between what its outputs lie, with infinite ends where nothing bounds them.
  ///
  /// - Parameter width: the numbers of a row.
  func outputRange(width: Int) -> ClosedRange<Double>

  /// What of a sequence it looks at to say something of one step.
  var reach: StepReach { get }

  /// Whether it makes of each step of a sequence, or each member of an ensemble, what it would make of that alone.
  var treatsStepsAlike: Bool { get }

  /// What becomes of one-hot categories that arrive as indices.
  static var categories: CategoryUse { get }

  /// The layer with every default written out that depends on its other keys.
  func resolved() -> any LayerConfig

  /// Checks the shape that arrives and asks the plan for slots and parameters.
  func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer
}

extension LayerConfig {
  package static var foreignKeys: [String: ForeignKey] {
    otherKeys.merging(["dropout": ForeignKey(DropoutConfig.adviceInLayers)]) { $1 }
  }

  /// Those of other programs for which no layer has a use.
  static var otherKeys: [String: ForeignKey] {
    let inputs: ForeignKey =
      "leave it out: the data and the layer before say how many inputs there are"
    let penalty: ForeignKey = "penalties are the keys 'l1' and 'l2'"
    let order: ForeignKey =
      "leave it out: examples come first, then height × width × channels or steps × features"
    return [
      "input_shape": inputs, "in_features": inputs, "in_channels": inputs, "input_dim": inputs,
      "input_size": inputs, "num_features": inputs, "batch_input_shape": inputs,
      "kernel_regularizer": penalty, "bias_regularizer": penalty, "weight_decay": penalty,
      "data_format": order, "batch_first": order,
    ]
  }

  package static var keepsShape: Bool { false }
  package var trainable: Bool { true }
  package static var addsInputGradient: Bool { false }
  package static var takesLargest: Bool { false }
  package var keepsOutputGradient: Bool { false }
  package func resolved() -> any LayerConfig { self }
  package var outputActivation: (any Activation)? { nil }
  package func outputRange(width: Int) -> ClosedRange<Double> {
    outputActivation?.range(width: width) ?? -.infinity ... .infinity
  }
  package var reach: StepReach { .step }
  package var treatsStepsAlike: Bool { false }
  package static var categories: CategoryUse { .writtenOut }
}

/// A configuration that reads well but cannot be built, with the place that is to blame.
package struct PlanError: Error {
  /// From the object that was planned: a layer, or the network; empty for the object itself.
  package var path: ConfigPath
  package var code: String
  package var message: String
  package var help: String?

  package init(key: String? = nil, code: String, _ message: String, help: String? = nil) {
    path = ConfigPath(steps: key.map { [.key($0)] } ?? [])
    self.code = code
    self.message = message
    self.help = help
  }

  package init(
    path: [ConfigPath.Step], code: String, _ message: String, help: String? = nil
  ) {
    self.init(code: code, message, help: help)
    self.path.steps = path
  }

  /// The same error seen from an object around it.
  func within(_ steps: ConfigPath.Step...) -> PlanError {
    var error = self
    error.path.steps = steps + path.steps
    return error
  }
}
