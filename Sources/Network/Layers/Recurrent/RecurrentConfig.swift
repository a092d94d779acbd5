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
  /// The key of the offsets, where they are not those that hold anyway.
  var keyOfBiasOffsets: String? { get }
}

extension RecurrentConfig {
  var biasOffsets: [Float] { [] }
  var keyOfBiasOffsets: String? { nil }

  package static var foreignKeys: [String: ForeignKey] {
    otherKeys.merging([
      "dropout": ForeignKey {
        "\(DropoutConfig.adviceInLayers($0)); within the layer it is 'recurrent_dropout'"
      },
      "num_layers": "write the layer as often, all but the last with \"return_sequences\": true",
      "activation":
        "leave it out: the functions of the cell are those of its paper; rnn alone takes one",
    ]) { $1 }
  }

  package var trainable: Bool { settings.trainable }

  package func outputRange(width: Int) -> ClosedRange<Double> { cell.range }

  package var reach: StepReach {
    settings.bidirectional ? .ahead : settings.stateful ? .step : .window
  }

  static var unitsKey: Key<Self> {
    .integer(
      "units", \.settings.units, in: .between(1, 1_000_000), required: true,
      synonyms: ["hidden_size", "neurons", "size", "width", "output_dim", "out_features"],
      help: "Outputs of a step, in each direction.",
      guidance: .amount(
        tooLow: "The state holds too little: training and validation loss both stay high.",
        tooHigh: """
          Short data is learned by heart: the validation loss rises early; time grows with the \
          square.
          """,
        typical: "16 to 64 for a few series, 128 to 512 for texts and images.",
        example: #""units": 64"#))
  }

  static var recurrentKeys: [Key<Self>] {
    [
      .boolean(
        "return_sequences", \.settings.returnSequences, synonyms: ["sequences"],
        help: "Whether the outputs of all steps are handed on, or those of the last only.",
        guidance: .choice(
          """
          true where a sequence is needed next: another recurrent layer, attention, or a dense \
          layer that answers at each token of a text. false where the whole has one answer.
          """,
          typical: "true in all but the last of a stack; true in all for texts.",
          example: #""return_sequences": true"#)),
      .boolean(
        "bidirectional", \.settings.bidirectional,
        help:
          "Whether a second layer reads the sequence from its end; its outputs follow those of the first.",
        guidance: .choice(
          """
          true to classify sequences that are known to their end; it doubles outputs and time. \
          false to predict what follows, which would else be seen.
          """,
          typical: "true for tagging and recognition, false for forecasts and texts.",
          example: #""bidirectional": true"#)),
      .boolean(
        "stateful", \.settings.stateful, synonyms: ["carry_state", "keep_state"],
        help:
          "Whether each example begins with the state that the same row of the batch before ended with; for windows that follow each other in a text or series.",
        guidance: .choice(
          """
          true for texts and single series in windows that follow each other: the memory then \
          reaches beyond the window. false for examples that have nothing to do with each \
          other.
          """,
          typical: "true for language models of characters; false otherwise.",
          example: #""stateful": true"#)),
      .number(
        "recurrent_dropout", \.settings.recurrentDropout, in: .from(0, below: 1),
        help:
          "Fraction of the recurrent inputs set to zero while training, the same ones at all steps of an example.",
        guidance: .amount(
          tooLow:
            "The network overfits: the training loss falls on while the validation loss rises.",
          tooHigh: """
            The memory is broken at each step: both losses stay high, and only what is near is \
            learned.
            """,
          typical: """
            0; 0.1 to 0.3 where a dropout layer between does not suffice (Gal and Ghahramani \
            2016).
            """,
          example: #""recurrent_dropout": 0.2"#)),
      .useBias(\.settings.useBias),
      .kernelInitializer(\.settings.kernelInitializer),
      Key(
        "recurrent_initializer", \.settings.recurrentInitializer, Initializers.catalog.codec,
        synonyms: ["recurrent_kernel_initializer", "inner_init"],
        help: "First values of the recurrent kernel, each gate for itself.",
        guidance: .choice(
          """
          orthogonal, through which states pass many steps without growing or shrinking; \
          others only to repeat a model.
          """,
          typical: "orthogonal in Keras; PyTorch draws uniformly within 1 / √units.",
          example: #""recurrent_initializer": "orthogonal""#)),
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
        help: input.shape.rank == 1 ? LayerHelp.sequence : LayerHelp.reshape)
    }
    let units = settings.units ?? 1
    let features = input.shape.dimensions[1]
    if !settings.useBias, let key = keyOfBiasOffsets {
      plan.warn(key: key, code: "inert", "it is added to the bias, and the layer has none")
    }
    if let (message, help) = UnusualValue.dropout(settings.recurrentDropout) {
      plan.warnOfUnusual("recurrent_dropout", message, help: help)
    }
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
