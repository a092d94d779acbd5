import Configuration
import Numerics

/// What building a network gathers: memory, parameters with their initializers, and a summary of
/// each layer.
package struct NetworkPlan: Sendable {
  /// A parameter, how it gets its first values, and how it is penalized.
  package struct Initialization: Sendable {
    package let parameter: Parameter
    package let role: Role
    package let initializer: any Initializer
    package let fans: Fans
    /// Equal parts of the columns, each of which is drawn for itself: the gates of a recurrent layer.
    let blocks: Int
    /// Added to the first values of each block; empty for nothing.
    let offsets: [Float]
    /// The layer's own penalties, where it has any.
    package let l1: Double?
    package let l2: Double?
  }

  /// What a learned array is for; penalties apply to kernels unless asked for more.
  package enum Role: Sendable {
    case kernel
    case bias
    /// Scale or shift of a normalization.
    case normalization
  }

  package var memory: MemoryPlan
  package private(set) var initializations: [Initialization] = []
  private(set) var statistics: [(statistic: Statistic, initialValue: Float)] = []
  private(set) var summaries: [Network.Summary] = []
  /// Elements of the parameters before those of each layer of the network.
  private(set) var layerStarts: [Int] = []
  /// The first layer that needs more than one example in a batch, if there is one.
  private(set) var batchDependentLayer: ConfigPath?
  /// The first layer that carries its state from batch to batch, if there is one.
  private(set) var statefulLayer: ConfigPath?
  /// What is valid but probably not meant, each with its path from the network.
  private(set) var warnings: [PlanError] = []
  /// The units of a last dense layer that states none: one for each class or target.
  package let outputUnits: Int
  /// How many tokens there are, where the network reads their numbers; `nil` where it reads anything else.
  package let vocabularySize: Int?
  /// What the factors of products are while training.
  let precision: ProductPrecision
  /// Whether a layer has products whose factors can be of another precision.
  package private(set) var hasProducts = false
  /// What makes predictions of the outputs.
  private let link: Link
  /// The members of the ensemble that the layers being planned are.
  private(set) var members: Int?
  /// What the numbers of an example are, where they are not all quantities.
  package let inputLayout: InputLayout?
  /// What arrives at the layer being planned where categories are still indices.
  private var indexedInput: IndexedInput?
  /// Whether the layer being planned is the one at which the data arrives.
  private(set) var isFirstLayer = false
  /// Whether the layer being planned is the last of the network that decides about its outputs.
  private(set) var isLastLayer = false
  /// Whether the layer being planned, or one that it lies in, keeps its parameters as they begin.
  private(set) var isFrozen = false
  /// Whether a gradient goes on from the layer being planned to those before it, and the parameters that
  /// were planned before it.
  private var inputHasGradient = false
  private var parametersBefore = 0
  /// The slot whose gradient is that of the output of the layer being planned; `nil` if the output has its own.
  private var gradientOfOutput: Slot?
  /// Whether the layer behind the one being planned takes the largest of what arrives.
  private var precedesLargest = false
  /// What the layer before has left to the one being planned.
  private var deferredFunction: ReLU?
  /// The name of the layer being planned, which begins those of its parameters.
  private var prefix = ""
  /// Where the layer being planned stands in the network, and where all before it do, by their names.
  private var position = ConfigPath.root
  private var positions: [String: ConfigPath] = [:]
  private var randomLayers = 0

  package init(
    memory: MemoryPlan, outputUnits: Int, vocabularySize: Int? = nil,
    inputLayout: InputLayout? = nil, precision: ProductPrecision = .single, link: Link = .identity
  ) {
    self.memory = memory
    self.precision = precision
    self.outputUnits = outputUnits
    self.vocabularySize = vocabularySize
    self.inputLayout = inputLayout
    self.link = link
  }

  /// Leaves the function of the layer being planned to a layer behind it that takes the largest values, of which there are
  /// fewer, with the same results: the largest of max(0, x) is max(0, largest of x), and what gets a gradient there is
  /// the first of the largest where that is above 0, and nothing else.
  ///
  /// - Returns: what the layer applies itself.
  mutating func deferring(_ function: any Activation) -> any Activation {
    guard precedesLargest, let function = function as? ReLU else { return function }
    deferredFunction = function
    return Linear()
  }

  /// The function that the layer before has left to the one being planned, which is one with `takesLargest`.
  mutating func takeDeferredFunction() -> ReLU? {
    defer { deferredFunction = nil }
    return deferredFunction
  }

  /// Plans what makes the inputs of the first layer; `nil` where it reads the numbers of the examples as they are.
  mutating func inputStage(_ input: Slot, for layers: [any LayerConfig]) throws(PlanError)
    -> InputStage?
  {
    guard let layout = inputLayout, !layout.isPlain else { return nil }
    let inner = layout.withoutEmbeddings
    let keepsIndices =
      input.shape.rank == 1 && IndexedInput.serves(layers)
      && layout.oneHotWidth
        >= SparseDense.fewestOneHots(isEnsemble: layers.contains { $0 is EnsembleConfig })
    if keepsIndices {
      indexedInput = IndexedInput(layout: inner)
      if inner == layout { return nil }
    } else if layout.wideOneHotWidth >= InputStage.manyOneHots {
      warnOfOneHots(layout.wideOneHotWidth, before: layers)
    }
    prefix = InputStage.name
    defer { prefix = "" }
    let before = memory.parameterCount
    let stage = try InputStage(
      layout, input: input, keepsIndices: keepsIndices, &self)
    if memory.parameterCount > before {
      summaries.append(
        Network.Summary(
          name: InputStage.name, type: EmbeddingConfig.type,
          output: Shape(input.shape.dimensions.dropLast() + [inner.width]),
          parameters: memory.parameterCount - before, depth: 0))
    }
    return stage
  }

  private mutating func warnOfOneHots(_ count: Int, before layers: [any LayerConfig]) {
    // Those before pass indices on, or would.
    guard
      let index = layers.firstIndex(where: { Swift.type(of: $0).categories != .passedOn })
    else { return }
    let type = Swift.type(of: layers[index]).type
    let before = position
    defer { position = before }
    position = position.key("layers").index(index)
    warn(
      key: "type", code: "one-hot",
      "\(Spelling.grouped(count)) one-hot inputs are written out for each batch before \(type)",
      help: (layers[index] is DenseConfig
        ? "" : "a dense layer in its place would read categories as they are; before \(type) ")
        + #""encoding": "embedding" makes their columns short"#)
  }

  /// The inputs along the last dimension of what arrives at the layer being planned that are no part of a category.
  func arrivingNumbers(_ input: Slot) -> [ArrivingNumber] {
    let width = input.shape.dimensions.last ?? 1
    guard isFirstLayer, let layout = inputLayout, indexedInput != nil || layout.width == width
    else { return (0..<width).map { ArrivingNumber(place: $0, input: $0) } }
    return ArrivingNumber.all(in: layout, keepsIndices: indexedInput != nil)
  }

  /// The inputs along the last dimension of what arrives at the layer being planned; `nil` if none is an index.
  var indexedLayout: InputLayout? { indexedInput?.layout }

  /// Notes that the layer being planned passes indices on, if any arrive, and so many numbers behind all.
  mutating func passIndicesOn(addingNumbers count: Int) {
    guard let layout = indexedInput?.layout else { return }
    indexedInput?.layout = InputLayout(layout.segments + [.numbers(count)])
  }

  /// Notes that the layer being planned passes indices on, if any arrive, which the members of an ensemble multiply.
  mutating func passIndicesOn(multipliedBy factors: Parameter) { indexedInput?.factors = factors }

  /// What arrives at the layer being planned, if there are indices in it, which it does not pass on.
  mutating func takeIndexedInput() -> IndexedInput? {
    defer { indexedInput = nil }
    return indexedInput
  }

  /// Plans the vectors of a table of categories.
  mutating func inputTable(_ name: String, _ shape: Shape) -> Parameter {
    parameter(
      name, shape, role: .kernel, Normal.forEmbeddings,
      fans: Fans(input: shape.dimensions[0], output: shape.dimensions[1]))
  }

  /// Plans a parameter of the current layer, named `<layer>.<name>` in the model file.
  ///
  /// - Parameters:
  ///   - fans: those of one block.
  ///   - blocks: equal parts of the columns that are drawn each for itself.
  ///   - offsets: what is added to each block then.
  package mutating func parameter(
    _ name: String, _ shape: Shape, role: Role, _ initializer: any Initializer, fans: Fans,
    blocks: Int = 1, offsets: [Float] = [], l1: Double? = nil, l2: Double? = nil
  ) -> Parameter {
    let parameter = memory.parameter("\(prefix).\(name)", shape, isTrainable: !isFrozen)
    for (key, penalty) in [("l1", l1), ("l2", l2)] where isFrozen && penalty ?? 0 > 0 {
      warn(key: key, code: "inert", "a penalty moves nothing in a layer that is not trainable")
    }
    warnOfUnusualValues(of: name, initializer)
    initializations.append(
      Initialization(
        parameter: parameter, role: role, initializer: initializer, fans: fans, blocks: blocks,
        offsets: offsets, l1: l1, l2: l2))
    return parameter
  }

  /// First values far beyond what is usual.
  private mutating func warnOfUnusualValues(of name: String, _ initializer: any Initializer) {
    guard let deviation = initializer.statedDeviation, deviation > UnusualValue.mostDeviation else {
      return
    }
    // Each direction has parameters of its own.
    let kernel = name.split(separator: ".").last.map { String($0) } ?? name
    warnOfUnusual(
      (kernel == "recurrent_kernel" ? "recurrent" : kernel) + "_initializer",
      "first values with a deviation of \(JSONNumber(deviation).text) make the first outputs huge",
      help: "usual are 0.01 to 0.1; initializers such as he_normal find it by the number of inputs")
  }

  /// Whether something is said already of a setting of the layer being planned.
  func isWarned(of path: ConfigPath, code: String) -> Bool {
    let steps = position.steps + path.steps
    return warnings.contains { $0.path.steps == steps && $0.code == code }
  }

  /// Warns of a hidden layer whose units begin as one, so that only what the next layer makes of them tells them apart.
  ///
  /// Within a block they may be told apart by what goes around them, and a block may well begin as if it were not there.
  mutating func warnOfEqualUnits(_ count: Int, _ initializer: any Initializer) {
    guard initializer.isConstant, count > 1, position.steps.count == 2, !isLastLayer, !isFrozen
    else { return }
    warn(
      key: "kernel_initializer", code: "equal-units",
      "all \(Spelling.grouped(count)) units of this layer begin as the same one, and only the next layer tells them apart",
      help: "draw the kernels of hidden layers, as by \"he_normal\"")
  }

  /// Plans the bias of the current layer, where it has one; an initializer for one that is off has no effect.
  mutating func bias(
    named name: String = "bias", _ shape: Shape, isUsed: Bool, _ initializer: any Initializer,
    fans: Fans, blocks: Int = 1, offsets: [Float] = []
  ) -> Parameter? {
    if isUsed {
      return parameter(
        name, shape, role: .bias, initializer, fans: fans, blocks: blocks, offsets: offsets)
    }
    let key = "bias_initializer"
    if !(initializer is Zeros), !isWarned(of: ConfigPath.root.key(key), code: "inert") {
      warn(key: key, code: "inert", "an initializer for the bias, and the layer has none")
    }
    return nil
  }

  /// Whether somebody asks for the gradient of what the current layer makes: parameters of its own that are
  /// planned already, or layers before it.
  var needsGradient: Bool { inputHasGradient || memory.parameterElements > parametersBefore }

  /// Plans the output of the current layer.
  mutating func outputSlot(_ shape: Shape) -> Slot {
    guard let gradientOfOutput, gradientOfOutput.shape == shape else {
      return memory.slot(shape, gradient: needsGradient)
    }
    return memory.slot(shape, withGradientOf: gradientOfOutput)
  }

  /// Plans a statistic of the current layer, named `<layer>.<name>` in the model file.
  mutating func statistic(_ name: String, _ shape: Shape, initialValue: Float) -> Statistic {
    let statistic = memory.statistic("\(prefix).\(name)", shape)
    statistics.append((statistic, initialValue))
    return statistic
  }

  /// Notes that the current layer has one number for each example and needs several examples.
  mutating func needsSeveralExamples() {
    batchDependentLayer = batchDependentLayer ?? position
  }

  /// Notes that the factors of products of the current layer are of the precision that is asked for.
  mutating func multiplies() { hasProducts = true }

  /// Notes that the current layer carries its state from batch to batch.
  mutating func carriesState() {
    statefulLayer = statefulLayer ?? position
  }

  /// Makes the layers behind the current one the members of an ensemble.
  ///
  /// - Throws: `PlanError` within another layer, or behind another ensemble.
  mutating func beginMembers(_ count: Int) throws(PlanError) {
    guard position.steps.count == 2, members == nil else {
      throw PlanError(
        code: "ensemble",
        members == nil
          ? "an ensemble cannot lie within another layer" : "there is an ensemble already",
        help: "put one ensemble among the layers of the network, before the first dense layer")
    }
    members = count
  }

  /// Plans what makes one answer of those of the members, if there are any.
  mutating func meanOfMembers(_ answers: Slot) -> EnsembleMean? {
    guard members != nil else { return nil }
    return EnsembleMean(
      input: answers,
      output: memory.slot(Shape(Array(answers.shape.dimensions.dropFirst())), gradient: false),
      link: link)
  }

  /// Notes something about the current layer that is valid but probably not meant.
  mutating func warn(key: String, code: String, _ message: String, help: String? = nil) {
    var warning = PlanError(key: key, code: code, message, help: help)
    warning.path.steps = position.steps + warning.path.steps
    warnings.append(warning)
  }

  /// A number for a layer that draws random numbers, so that each draws its own.
  package mutating func randomLayer() -> Int {
    defer { randomLayers += 1 }
    return randomLayers
  }

  /// Plans layers one behind the other.
  ///
  /// - Parameters:
  ///   - input: what arrives at the first.
  ///   - key: the key under which the layers stand in the network or in the layer around them.
  ///   - gradientOfOutput: the slot whose gradient is that of the last output too; only for a last layer
  ///     that keeps it.
  mutating func build(
    _ configs: [any LayerConfig], input: Slot, key: String, gradientOfOutput: Slot? = nil
  ) throws(PlanError) -> [any Layer] {
    let outer = (prefix, position, isFirstLayer, isLastLayer, self.gradientOfOutput)
    defer { (prefix, position, isFirstLayer, isLastLayer, self.gradientOfOutput) = outer }
    var current = input
    var built: [any Layer] = []
    for (index, config) in configs.enumerated() {
      let name = config.name ?? "\(key).\(index)"
      prefix = outer.0.isEmpty ? name : "\(outer.0).\(name)"
      position = outer.1.key(key).index(index)
      let isOutermost = outer.1.steps.isEmpty
      isFirstLayer = isOutermost && index == 0
      if isOutermost { layerStarts.append(memory.parameterElements) }
      self.gradientOfOutput = index == configs.count - 1 ? gradientOfOutput : nil
      isLastLayer = isOutermost && index == NetworkConfig.lastShapingLayer(of: configs)
      precedesLargest = index + 1 < configs.count && type(of: configs[index + 1]).takesLargest
      do throws(PlanError) {
        if let first = positions.updateValue(position, forKey: prefix) {
          throw PlanError(
            key: "name", code: "duplicate-name", "the name \"\(name)\" is taken by \(first) already"
          )
        }
        let arriving = indexedInput?.writtenOut(current.shape) ?? current.shape
        warnOfNeighbours(configs, at: index, width: arriving.dimensions.last ?? 1)
        let layer = try build(config, input: current)
        built.append(layer)
        if !current.sharesGradient(with: input), !current.sharesGradient(with: layer.output) {
          memory.releaseGradient(of: current)
        }
        current = layer.output
      } catch {
        throw error.within(.key(key), .index(index))
      }
    }
    return built
  }

  private mutating func build(
    _ config: any LayerConfig, input: Slot
  ) throws(PlanError) -> any Layer {
    let (name, before, row) = (prefix, memory.parameterCount, summaries.count)
    let outer = (isFrozen, inputHasGradient, parametersBefore)
    defer { (isFrozen, inputHasGradient, parametersBefore) = outer }
    isFrozen = isFrozen || !config.trainable
    inputHasGradient = input.hasGradient
    parametersBefore = memory.parameterElements
    if members != nil, !config.treatsStepsAlike {
      throw PlanError(
        code: "ensemble",
        "\(type(of: config).type) would mix the members of the ensemble, which are networks of their own",
        help: "put it before the ensemble, or leave the ensemble out")
    }
    let layer = try config.plan(&self, input: input)
    let inner = summaries[row...].reduce(0) { $0 + $1.parameters }
    summaries.insert(
      Network.Summary(
        name: name, type: type(of: config).type,
        output: indexedInput?.writtenOut(layer.output.shape) ?? layer.output.shape,
        parameters: memory.parameterCount - before - inner, depth: position.steps.count / 2 - 1),
      at: row)
    return layer
  }
}
