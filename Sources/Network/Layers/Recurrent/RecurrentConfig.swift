import Configuration
import Numerics

/// What recurrent layers have in common.
package struct RecurrentSettings: Sendable {
  var units: Int?
  var returnSequences = false
  var bidirectional = false
  var stateful = false
  var recurrentDropout = 0.0
  var useBias = true
  var kernelInitializer: any Initializer = XavierUniform()
  var recurrentInitializer: any Initializer = Orthogonal()
  var biasInitializer: any Initializer = Zeros()
  var l1: Double?
  var l2: Double?
  var trainable = true
}

/// A recurrent layer as configured.
protocol RecurrentConfig: LayerConfig {
  var settings: RecurrentSettings { get set }
  var cell: RecurrentCell { get }
  /// Added to the first values of the bias of each gate; empty for nothing.
  var biasOffsets: [Float] { get }
}

extension RecurrentConfig {
  var biasOffsets: [Float] { [] }

  package var trainable: Bool { settings.trainable }

  package var reach: StepReach {
    settings.bidirectional ? .ahead : settings.stateful ? .step : .window
  }

  static var unitsKey: Key<Self> {
    .integer(
      "units", \.settings.units, in: .between(1, 1_000_000), required: true,
      synonyms: ["hidden_size", "neurons", "size", "width", "output_dim", "out_features"],
      help: "Outputs of a step, in each direction.")
  }

  static var recurrentKeys: [Key<Self>] {
    [
      .boolean(
        "return_sequences", \.settings.returnSequences, synonyms: ["sequences"],
        help: "Whether the outputs of all steps are handed on, or those of the last only."),
      .boolean(
        "bidirectional", \.settings.bidirectional,
        help:
          "Whether a second layer reads the sequence from its end; its outputs follow those of the first."
      ),
      .boolean(
        "stateful", \.settings.stateful, synonyms: ["carry_state", "keep_state"],
        help:
          "Whether each example begins with the state that the same row of the batch before ended with; for windows that follow each other in a text or series."
      ),
      .number(
        "recurrent_dropout", \.settings.recurrentDropout, in: .from(0, below: 1),
        help:
          "Fraction of the recurrent inputs set to zero while training, the same ones at all steps of an example."
      ),
      .useBias(\.settings.useBias),
      .kernelInitializer(\.settings.kernelInitializer),
      Key(
        "recurrent_initializer", \.settings.recurrentInitializer, Initializers.catalog.codec,
        synonyms: ["recurrent_kernel_initializer", "inner_init"],
        help: "First values of the recurrent kernel, each gate for itself."),
      .biasInitializer(\.settings.biasInitializer),
      .l1(\.settings.l1),
      .l2(\.settings.l2),
      .trainable(\.settings.trainable),
      .name,
    ]
  }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    guard input.shape.rank == 2 else {
      throw PlanError(
        code: "shape",
        "\(Self.type) takes a sequence (steps × features), but \(input.shape) arrives here",
        help: "put {\"type\": \"reshape\", \"shape\": [steps, features]} before it")
    }
    let units = settings.units ?? 1
    let features = input.shape.dimensions[1]
    let width = Double(cell.gates) * Double(units)
    // The gates of a whole sequence lie between two rows of a step, and BLAS counts them in 32 bits.
    guard Double(max(features, units)) * width < SlidingWindow.mostElements,
      Double(input.shape.dimensions[0]) * width < Double(Int32.max)
    else {
      throw PlanError(
        key: "units", code: "too-large",
        "\(Spelling.count(units, "unit")) for \(input.shape) are more than can be computed")
    }
    if settings.stateful {
      guard !settings.bidirectional else {
        throw PlanError(
          key: "stateful", code: "contradiction",
          "a state that is carried on needs what came before, and a bidirectional layer what comes after, too",
          help: "remove \"stateful\" or \"bidirectional\"")
      }
      plan.carriesState()
    }
    return RecurrentLayer(
      geometry: RecurrentGeometry(
        cell: cell, steps: input.shape.dimensions[0], features: features, units: units,
        directions: settings.bidirectional ? 2 : 1, returnsSequences: settings.returnSequences,
        keepsSteps: plan.memory.purpose == .training),
      settings, biasOffsets: biasOffsets, input: input, &plan)
  }
}
