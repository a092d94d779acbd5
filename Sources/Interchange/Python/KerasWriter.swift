import Configuration
import Network
import Numerics

/// Writes a network for Keras 3: layers called one behind the other, and their weights. Channels are last there, too.
struct KerasWriter {
  var module = PythonModule()
  let memory: Memory
  /// For each layer with weights the names of those, in the order in which it takes them.
  private(set) var weights: [(layer: String, names: [String])] = []
  private(set) var needsPositions = false

  init(memory: Memory) { self.memory = memory }

  /// - Throws: `Failure` naming a layer that Keras does not have.
  mutating func write(
    _ layers: [any Layer], _ configs: [any LayerConfig], from input: Shape, at path: ConfigPath
  ) throws -> Shape {
    var shape = input
    for (index, (layer, config)) in zip(layers, configs).enumerated() {
      let place = LayerPlace(path: path.index(index), type: Swift.type(of: config).type)
      try write(layer, config, from: shape, at: place)
      shape = layer.output.shape
    }
    return shape
  }

  private mutating func write(
    _ layer: any Layer, _ config: any LayerConfig, from input: Shape, at place: LayerPlace
  ) throws {
    let shape = layer.output.shape
    switch layer.operation {
    case .dense(let affine, let activation):
      let name = module.name("dense")
      addLayer(
        name, "Dense",
        ["\(shape.dimensions.last ?? 1)", affine.bias == nil ? "use_bias=False" : nil])
      add(name, affine)
      try activate(activation, place)
    case .convolution(let window, let affine, let activation):
      try convolution(window, affine, activation, input, place)
    case .pooling(let window, let rule): try pooling(window, rule, input, shape, place)
    case .recurrent(let operation): recurrent(operation)
    case .embedding(let kernel):
      let name = module.name("embedding")
      let extents = kernel.shape.dimensions
      addLayer(name, "Embedding", ["\(extents[0])", "\(extents[1])"])
      add(name, [("embeddings", memory.array(kernel), extents)])
    case .positions(let vectors): positions(vectors, shape)
    case .attention(let operation): attention(operation, shape)
    case .batchNormalization(let mean, let variance, let gamma, let beta, let epsilon):
      let name = module.name("batch_normalization")
      let momentum = (config as? BatchNormalizationConfig)?.momentum ?? 0.01
      addLayer(
        name, "BatchNormalization",
        ["momentum=\(Python.number(1 - momentum))", "epsilon=\(Python.number(epsilon))"]
          + (gamma == nil ? ["center=False", "scale=False"] : []))
      let channels = mean.shape.dimensions
      add(
        name,
        [("gamma", gamma), ("beta", beta)].compactMap { part, parameter in
          parameter.map { (part, memory.array($0), channels) }
        } + [
          ("moving_mean", memory.array(mean), channels),
          ("moving_variance", memory.array(variance), channels),
        ])
    case .layerNormalization(let gamma, let beta, let epsilon):
      let name = module.name("layer_normalization")
      addLayer(
        name, "LayerNormalization",
        ["epsilon=\(Python.number(epsilon))"]
          + (gamma == nil ? ["center=False", "scale=False"] : []))
      add(
        name,
        [("gamma", gamma), ("beta", beta)].compactMap { part, parameter in
          parameter.map { (part, memory.array($0), $0.shape.dimensions) }
        })
    case .residual(let branch, let shortcut, let activation):
      let config = config as? ResidualConfig ?? ResidualConfig()
      let (skip, way) = (module.name("skip"), module.name("branch"))
      module.addStep("\(skip) = x")
      _ = try write(branch, config.layers ?? [], from: input, at: place.path.key("layers"))
      module.addStep("\(way) = x")
      module.addStep("x = \(skip)")
      _ = try write(shortcut, config.shortcut, from: input, at: place.path.key("shortcut"))
      module.addStep("x = layers.Add()([\(way), x])")
      try activate(activation, place)
    case .activation(let activation): try activate(activation, place)
    case .dropout(let rate):
      addLayer(module.name("dropout"), "Dropout", [Python.number(rate)])
    case .reshape:
      guard input != shape else { return }
      if shape.rank == 1 {
        addLayer(module.name("flatten"), "Flatten", [])
      } else {
        let extents = shape.dimensions.map(String.init).joined(separator: ", ")
        addLayer(module.name("reshape"), "Reshape", ["(\(extents))"])
      }
    case .periodicEmbedding, .ensemble, .memberDense:
      throw place.failure(
        "Keras has no such layer",
        help: "export it with --format onnx, or train a network without it")
    }
  }

  // MARK: - Layers

  /// Calls a new layer on `x`.
  private mutating func addLayer(_ name: String, _ type: String, _ arguments: [String?]) {
    let arguments = Python.arguments(arguments + ["name=\(Python.text(name))"])
    module.addStep("x = layers.\(type)(\(arguments))(x)")
  }

  /// Notes the weights of a layer.
  private mutating func add(
    _ name: String, _ parts: [(name: String, values: [Float], shape: [Int])]
  ) {
    guard !parts.isEmpty else { return }
    for part in parts { module.addTensor("\(name).\(part.name)", part.values, part.shape) }
    weights.append((name, parts.map(\.name)))
  }

  private mutating func add(_ name: String, _ affine: Operation.Affine) {
    add(
      name,
      [("kernel", affine.kernel as Parameter?), ("bias", affine.bias)].compactMap {
        part, parameter in
        parameter.map { (part, memory.array($0), $0.shape.dimensions) }
      })
  }

  /// What a window does to the borders: nothing, what Keras calls `same`, or amounts.
  private enum Border {
    case valid
    case same
    case amounts([(before: Int, after: Int)])
  }

  private func border(_ window: SlidingWindow, _ dimensions: Int) -> Border {
    let padding = window.padding(dimensions: dimensions)
    if padding.allSatisfy({ $0.before == 0 && $0.after == 0 }) { return .valid }
    let lists = [window.input, window.stride, window.output].map {
      window.pick($0, dimensions: dimensions)
    }
    let isSame = (0..<dimensions).allSatisfy { index in
      let (before, after) = padding[index]
      return (after == before || after == before + 1)
        && lists[2][index] == (lists[0][index] + lists[1][index] - 1) / lists[1][index]
    }
    return isSame ? .same : .amounts(padding)
  }

  private func text(_ padding: [(before: Int, after: Int)]) -> String {
    padding.map { "(\($0.before), \($0.after))" }.joined(separator: ", ")
  }

  private mutating func convolution(
    _ window: SlidingWindow, _ affine: Operation.Affine, _ activation: any Activation,
    _ input: Shape, _ place: LayerPlace
  ) throws {
    let dimensions = input.rank - 1
    let (stride, dilation) = (
      window.pick(window.stride, dimensions: dimensions),
      window.pick(window.dilation, dimensions: dimensions)
    )
    guard stride.allSatisfy({ $0 == 1 }) || dilation.allSatisfy({ $0 == 1 }) else {
      throw place.failure("Keras has no convolution with both a stride and a dilation")
    }
    let border = border(window, dimensions)
    if case .amounts(let padding) = border {
      let amounts = text(padding)
      addLayer(
        module.name("zero_padding"), "ZeroPadding\(dimensions)D",
        [dimensions == 1 ? amounts : "(\(amounts))"])
    }
    let name = module.name("conv\(dimensions)d")
    let extents = affine.kernel.shape.dimensions
    let isSame = if case .same = border { true } else { false }
    addLayer(
      name, "Conv\(dimensions)D",
      [
        "\(extents[dimensions + 1])", Python.tuple(Array(extents.prefix(dimensions))),
        stride.allSatisfy { $0 == 1 } ? nil : "strides=\(Python.tuple(stride))",
        isSame ? "padding=\"same\"" : nil,
        dilation.allSatisfy { $0 == 1 } ? nil : "dilation_rate=\(Python.tuple(dilation))",
        window.channels == extents[dimensions]
          ? nil : "groups=\(window.channels / extents[dimensions])",
        affine.bias == nil ? "use_bias=False" : nil,
      ])
    add(name, affine)
    try activate(activation, place)
  }

  private mutating func pooling(
    _ window: SlidingWindow, _ rule: Operation.Pooling, _ input: Shape, _ shape: Shape,
    _ place: LayerPlace
  ) throws {
    let dimensions = input.rank - 1
    let isLargest = if case .largest = rule { true } else { false }
    if shape.rank == 1 {
      let type = isLargest ? "GlobalMaxPooling" : "GlobalAveragePooling"
      addLayer(
        module.name(isLargest ? "global_max_pool" : "global_average_pool"), "\(type)\(dimensions)D",
        [])
      return
    }
    var border = border(window, dimensions)
    if case .average(includesPadding: true) = rule, case .same = border {
      // Keras leaves padding out of its means.
      border = .amounts(window.padding(dimensions: dimensions))
    }
    if case .amounts(let padding) = border {
      if case .average(includesPadding: false) = rule {
        throw place.failure(
          "Keras has no average that leaves out such a padding",
          help: "set \"padding\": \"same\", or \"include_padding\": true")
      }
      let amounts = "((0, 0), \(text(padding)), (0, 0))"
      let value = isLargest ? ", constant_values=float(\"-inf\")" : ""
      module.addStep("x = keras.ops.pad(x, \(amounts)\(value))")
    }
    let isSame = if case .same = border { true } else { false }
    addLayer(
      module.name(isLargest ? "max_pool" : "average_pool"),
      "\(isLargest ? "Max" : "Average")Pooling\(dimensions)D",
      [
        Python.tuple(window.pick(window.size, dimensions: dimensions)),
        "strides=\(Python.tuple(window.pick(window.stride, dimensions: dimensions)))",
        isSame ? "padding=\"same\"" : nil,
      ])
  }

  private mutating func recurrent(_ operation: RecurrentOperation) {
    let (type, base): (String, String)
    switch operation.cell {
    case .tanh, .relu: (type, base) = ("SimpleRNN", "rnn")
    case .lstm: (type, base) = ("LSTM", "lstm")
    case .gru: (type, base) = ("GRU", "gru")
    }
    let name = module.name(base)
    let hasBias = operation.directions[0].bias != nil
    let isBidirectional = operation.directions.count == 2
    let arguments = Python.arguments([
      "\(operation.units)", operation.cell == .relu ? "activation=\"relu\"" : nil,
      hasBias ? nil : "use_bias=False",
      operation.returnsSequences ? "return_sequences=True" : nil,
    ])
    if isBidirectional {
      addLayer(name, "Bidirectional", ["layers.\(type)(\(arguments))"])
    } else {
      addLayer(name, type, [arguments])
    }
    var parts: [(name: String, values: [Float], shape: [Int])] = []
    for (direction, prefix) in zip(
      operation.directions, isBidirectional ? ["forward_", "backward_"] : [""])
    {
      for (part, kernel) in [
        ("kernel", direction.kernel), ("recurrent_kernel", direction.recurrentKernel),
      ] {
        parts.append(
          (
            prefix + part,
            gates(memory.array(kernel), rows: kernel.shape.dimensions[0], operation),
            kernel.shape.dimensions
          ))
      }
      if let bias = direction.bias {
        parts.append(self.bias(prefix + "bias", bias, direction, operation))
      }
    }
    add(name, parts)
  }

  /// Blocks of columns in the order of Keras: those of a gru are z, r, h.
  private func gates(_ values: [Float], rows: Int, _ operation: RecurrentOperation) -> [Float] {
    guard operation.cell == .gru else { return values }
    let units = operation.units
    return (0..<rows).flatMap { row in
      [1, 0, 2].flatMap { gate in
        let first = (row * 3 + gate) * units
        return values[first..<first + units]
      }
    }
  }

  /// A gru has a row of biases for the inputs and one for the recurrent products.
  private func bias(
    _ name: String, _ bias: Parameter, _ direction: RecurrentOperation.Direction,
    _ operation: RecurrentOperation
  ) -> (name: String, values: [Float], shape: [Int]) {
    let values = gates(memory.array(bias), rows: 1, operation)
    guard operation.cell == .gru else { return (name, values, bias.shape.dimensions) }
    var second = [Float](repeating: 0, count: values.count)
    if let own = direction.recurrentBias {
      second.replaceSubrange((values.count - operation.units)..., with: memory.array(own))
    }
    return (name, values + second, [2, values.count])
  }

  private mutating func positions(_ vectors: Operation.PositionVectors, _ shape: Shape) {
    needsPositions = true
    let name = module.name("positions")
    module.addStep("x = Positions(name=\(Python.text(name)))(x)")
    switch vectors {
    case .learned(let kernel): add(name, [("kernel", memory.array(kernel), shape.dimensions)])
    case .sinusoidal:
      let values = Sinusoid.vectors(
        steps: shape.dimensions[0], dimensions: shape.dimensions[1])
      add(name, [("kernel", values, shape.dimensions)])
    }
  }

  /// Queries, keys and values have a kernel each, `dimensions × heads × width`.
  private mutating func attention(_ operation: AttentionOperation, _ shape: Shape) {
    let name = module.name("self_attention")
    let (dimensions, heads) = (shape.dimensions[1], operation.heads)
    let width = dimensions / heads
    let arguments = Python.arguments([
      "\(heads)", "\(width)", operation.input.bias == nil ? "use_bias=False" : nil,
      "name=\(Python.text(name))",
    ])
    let mask = operation.isCausal ? ", use_causal_mask=True" : ""
    module.addStep("x = layers.MultiHeadAttention(\(arguments))(x, x\(mask))")
    let kernel = memory.array(operation.input.kernel)
    let bias = operation.input.bias.map { memory.array($0) }
    var parts: [(name: String, values: [Float], shape: [Int])] = []
    for (index, part) in ["query", "key", "value"].enumerated() {
      let columns = index * dimensions..<(index + 1) * dimensions
      let values = (0..<dimensions).flatMap { row in
        columns.map { kernel[row * 3 * dimensions + $0] }
      }
      parts.append(("\(part).kernel", values, [dimensions, heads, width]))
      if let bias { parts.append(("\(part).bias", Array(bias[columns]), [heads, width])) }
    }
    parts.append(
      ("output.kernel", memory.array(operation.output.kernel), [heads, width, dimensions]))
    if let bias = operation.output.bias {
      parts.append(("output.bias", memory.array(bias), [dimensions]))
    }
    add(name, parts)
  }

  // MARK: - Activations

  private mutating func activate(_ activation: any Activation, _ place: LayerPlace) throws {
    let call: String
    switch activation {
    case is Linear: return
    case is ReLU: call = "keras.ops.relu(x)"
    case let leaky as LeakyReLU:
      call = "keras.ops.leaky_relu(x, \(Python.number(leaky.negativeSlope)))"
    case let elu as ELU: call = "keras.ops.elu(x, \(Python.number(elu.alpha)))"
    case is SELU: call = "keras.ops.selu(x)"
    case let gelu as GELU:
      call = "keras.ops.gelu(x, approximate=\(Python.truth(gelu.approximation == .tanh)))"
    case is Sigmoid: call = "keras.ops.sigmoid(x)"
    case is Tanh: call = "keras.ops.tanh(x)"
    case is Softmax: call = "keras.ops.softmax(x)"
    case is Softplus: call = "keras.ops.softplus(x)"
    case let swish as Swish:
      let beta = Python.number(swish.beta)
      call = swish.beta == 1 ? "keras.ops.silu(x)" : "x * keras.ops.sigmoid(\(beta) * x)"
    default: throw place.failure("Keras has no activation \(type(of: activation).type)")
    }
    module.addStep("x = \(call)")
  }
}
