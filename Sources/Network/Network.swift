import Configuration
import Numerics

/// A feed-forward network as built: the layers in order. The order is the tape: forward runs it,
/// backward runs it reversed.
package struct Network: Sendable {
  /// A row of the table that `check` prints.
  package struct Summary: Sendable {
    package let name: String
    package let type: String
    package let output: Shape
    /// Without those of layers inside it, which have rows of their own.
    package let parameters: Int
    /// How many layers it lies in.
    package let depth: Int
  }

  package let input: Slot
  /// What the first layer reads, one number an input.
  package let inputShape: Shape
  private let stage: InputStage?
  package let layers: [any Layer]
  /// Elements of the parameters before those of each layer.
  private let layerStarts: [Int]
  /// What makes one answer of those of an ensemble, where the network is one.
  private let mean: EnsembleMean?
  package let summaries: [Summary]
  package let initializations: [NetworkPlan.Initialization]
  /// What is valid but probably not meant, each with its path from the network.
  package let warnings: [PlanError]
  /// The first layer that needs more than one example in a batch, if there is one.
  package let batchDependentLayer: ConfigPath?
  /// The first layer that carries its state from batch to batch, if there is one.
  package let statefulLayer: ConfigPath?
  private let statistics: [(statistic: Statistic, initialValue: Float)]

  init(
    input: Slot, stage: InputStage?, layers: [any Layer], mean: EnsembleMean?, _ plan: NetworkPlan
  ) {
    self.input = input
    self.stage = stage
    self.layers = layers
    layerStarts = plan.layerStarts
    self.mean = mean
    inputShape = Shape(
      input.shape.dimensions.dropLast()
        + [plan.inputLayout?.width ?? input.shape.dimensions.last ?? 1])
    summaries = plan.summaries
    initializations = plan.initializations
    statistics = plan.statistics
    warnings = plan.warnings
    batchDependentLayer = plan.batchDependentLayer
    statefulLayer = plan.statefulLayer
  }

  /// The answers: of an ensemble those of all members together.
  package var output: Slot { mean?.output ?? answers }

  /// What the loss compares with the targets in training, and backward begins with: of an ensemble the answers of
  /// each member, one behind the other.
  package var answers: Slot { layers.last?.output ?? stage?.output ?? input }

  /// How many answers there are to each target in training.
  package var members: Int { mean?.members ?? 1 }

  /// What the names of the vectors of categories begin with, which arrive with the inputs.
  package static let inputsName = InputStage.name

  /// Whether a batch may begin with what the one before it left; see `Pass.continuesState`.
  package var isStateful: Bool { statefulLayer != nil }

  /// Gets memory that serves prediction only ready for it, once the parameters are there.
  package func prepare(_ memory: Memory) {
    for layer in layers { layer.prepare(memory) }
  }

  package func forward(_ memory: Memory, _ pass: Pass) {
    stage?.forward(memory, pass)
    for layer in layers { layer.forward(memory, pass) }
    mean?.forward(memory, pass)
  }

  /// - Parameter finished: called behind each layer with the place in the flat array of gradients from which on they
  ///   are those of the pass.
  /// - Precondition: the gradient of `answers` is filled in.
  package func backward(
    _ memory: Memory, _ pass: Pass, finished: ((_ first: Int) -> Void)? = nil
  ) {
    for index in layers.indices.reversed() where layers[index].output.hasGradient {
      layers[index].backward(memory, pass)
      finished?(layerStarts[index])
    }
    if let stage, stage.output.hasGradient { stage.backward(memory, pass) }
  }

  /// Draws the first values of all parameters, each from random numbers of its own, and sets the
  /// statistics.
  package func initialize(_ memory: Memory, seed: UInt64) {
    for (index, initialization) in initializations.enumerated() {
      initialization.fill(memory.value(initialization.parameter), seed: seed, index: index)
    }
    for (statistic, value) in statistics {
      memory.value(statistic).update(repeating: value, count: statistic.shape.count)
    }
  }
}

/// The network section of a configuration.
package struct NetworkConfig: ConfigObject {
  package var layers: [any LayerConfig]?
  package var initialParameters: InitialParametersConfig?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "layers", \.layers, .list(Layers.catalog.codec, atLeast: 1), required: true,
      help: "The layers in the order in which the data passes them.",
      guidance: .choice(
        """
        For tables a dense layer or two; for images convolutions and poolings, then \
        global_average_pool or flatten; for sequences a recurrent layer, or blocks of \
        attention. A dense layer without units ends each of them.
        """,
        typical: "2 to 4 layers for tables, 5 to 20 for images, 4 to 12 blocks for texts.",
        example:
          #""layers": [{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense"}]"#)),
    Key(
      "initial_parameters", \.initialParameters, InitialParametersConfig.codec,
      synonyms: ["pretrained", "weights", "initial_weights", "checkpoint", "load"],
      help:
        "A safetensors file, such as the model of another run, whose arrays the network starts with instead of those of its initializers; with patterns of names, some of them.",
      guidance: .choice(
        """
        To go on from a model that was trained before, on more data or at a lower rate: then \
        a tenth of the learning rate, or less. Not to resume with the same settings, which \
        begins the optimizer anew.
        """,
        typical:
          "Left out; the model of another run to fine-tune, whole or, for other classes, without its last layer.",
        example: #""initial_parameters": "runs/iris/model.safetensors""#)),
  ]

  /// Builds the layers for an input of the given shape. The slots and parameters are planned in
  /// `plan`; nothing is allocated.
  ///
  /// - Parameter inputGradient: whether backward is to go on to the input itself.
  package func build(
    _ plan: inout NetworkPlan, input shape: Shape, inputGradient: Bool = false
  ) throws(PlanError) -> Network {
    let layers = layers ?? []
    if plan.vocabularySize != nil, let first = layers.first, !(first is EmbeddingConfig) {
      let error = PlanError(
        code: "tokens",
        "token numbers arrive here, which \(Swift.type(of: first).type) would take for quantities",
        help: "put {\"type\": \"embedding\", \"dimensions\": 64} first")
      throw error.within(.key("layers"), .index(0))
    }
    let input = plan.memory.slot(shape, gradient: inputGradient)
    let stage = try plan.inputStage(input, for: layers)
    let built = try plan.build(layers, input: stage?.output ?? input, key: "layers")
    let mean = plan.meanOfMembers(built.last?.output ?? input)
    return Network(input: input, stage: stage, layers: built, mean: mean, plan)
  }
}

extension NetworkConfig {
  /// The last layer that decides how many outputs there are.
  static func lastShapingLayer(of layers: [any LayerConfig]) -> Int? {
    layers.lastIndex { !type(of: $0).keepsShape }
  }

  /// The layers with every default written out, and the units of the last one that has any.
  package func resolved(outputUnits: Int) -> NetworkConfig {
    var config = self
    config.layers = layers?.map { $0.resolved() }
    if let layers, let index = Self.lastShapingLayer(of: layers),
      var last = layers[index] as? DenseConfig, last.units == nil
    {
      last.units = outputUnits
      config.layers?[index] = last
    }
    return config
  }
}
