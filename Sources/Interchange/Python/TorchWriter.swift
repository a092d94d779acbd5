import Configuration
import Network
import Numerics

/// Writes a network for PyTorch: layers of `torch.nn`, and a state dict for them.
struct TorchWriter {
  var module = PythonModule()
  let memory: Memory
  /// Whether no step knows of later ones, so that the network says of fewer steps what it says of them among all.
  let isCausal: Bool

  /// What `x` is at a line.
  struct Signal {
    /// Of an example, channels last.
    var shape: Shape
    /// Whether `x` has its channels first, as layers for images want it.
    var hasChannelsFirst = false
    /// What lies in `x` as one row, channel by channel, where that is another order than here.
    var flattened: FlattenedImage?

    var rank: Int { shape.rank }
  }

  /// - Throws: `Failure` naming a layer that PyTorch does not have.
  mutating func write(
    _ layers: [any Layer], _ configs: [any LayerConfig], from input: Signal, at path: ConfigPath
  ) throws -> Signal {
    var signal = input
    for (index, (layer, config)) in zip(layers, configs).enumerated() {
      let place = LayerPlace(path: path.index(index), type: Swift.type(of: config).type)
      signal = try write(layer, config, from: signal, at: place)
    }
    return signal
  }

  private mutating func write(
    _ layer: any Layer, _ config: any LayerConfig, from input: Signal, at place: LayerPlace
  ) throws -> Signal {
    let shape = layer.output.shape
    switch layer.operation {
    case .dense(let affine, let activation):
      if input.flattened == nil { toLast(input) }
      let name = module.name("dense")
      linear(name, affine, input.flattened)
      module.addStep("x = \(try call(activation, "self.\(name)(x)", axis: -1, place))")
      return Signal(shape: shape)
    case .convolution(let window, let affine, let activation):
      return try convolution(window, affine, activation, input, shape, place)
    case .pooling(let window, let rule): return try pooling(window, rule, input, shape, place)
    case .recurrent(let operation):
      toLast(input)
      recurrent(operation, features: input.shape.dimensions[1])
      return Signal(shape: shape)
    case .embedding(let kernel):
      let name = module.name("embedding")
      let extents = kernel.shape.dimensions
      module.addLayer("self.\(name) = nn.Embedding(\(extents[0]), \(extents[1]))")
      module.addTensor("\(name).weight", kernel, memory)
      module.addStep("x = self.\(name)(x)")
      return Signal(shape: shape)
    case .positions(let vectors):
      toLast(input)
      positions(vectors, shape)
      return Signal(shape: shape)
    case .attention(let operation):
      toLast(input)
      attention(operation, shape)
      return Signal(shape: shape)
    case .batchNormalization(let mean, let variance, let gamma, let beta, let epsilon):
      let first = toFirst(input)
      let name = module.name("batch_normalization")
      let momentum = (config as? BatchNormalizationConfig)?.momentum ?? 0.1
      let channels = mean.shape.count
      let arguments = Python.arguments([
        "\(channels)", "eps=\(Python.number(epsilon))", "momentum=\(Python.number(momentum))",
        gamma == nil ? "affine=False" : nil,
      ])
      module.addLayer(
        "self.\(name) = nn.BatchNorm\(input.rank == 3 ? 2 : 1)d(\(arguments))")
      addAffine(name, gamma, beta, input.flattened)
      func theirs(_ values: [Float]) -> [Float] { input.flattened?.theirs(values) ?? values }
      module.addTensor("\(name).running_mean", theirs(memory.array(mean)), [channels])
      module.addTensor("\(name).running_var", theirs(memory.array(variance)), [channels])
      module.addStep("x = self.\(name)(x)")
      return first
    case .layerNormalization(let gamma, let beta, let epsilon):
      if input.flattened == nil { toLast(input) }
      let name = module.name("layer_normalization")
      let arguments = Python.arguments([
        "\(shape.dimensions.last ?? 1)", "eps=\(Python.number(epsilon))",
        gamma == nil ? "elementwise_affine=False" : nil,
      ])
      module.addLayer("self.\(name) = nn.LayerNorm(\(arguments))")
      addAffine(name, gamma, beta, input.flattened)
      module.addStep("x = self.\(name)(x)")
      return Signal(shape: shape, flattened: input.flattened)
    case .residual(let branch, let shortcut, let activation):
      return try residual(branch, shortcut, activation, config, from: input, at: place)
    case .activation(let activation):
      let axis = input.hasChannelsFirst ? 1 : -1
      let call = try call(activation, "x", axis: axis, place)
      if call != "x" { module.addStep("x = \(call)") }
      return input
    case .dropout(let rate):
      let name = module.name("dropout")
      module.addLayer("self.\(name) = nn.Dropout(\(Python.number(rate)))")
      module.addStep("x = self.\(name)(x)")
      return input
    case .reshape:
      if shape.rank == 1, input.hasChannelsFirst || input.rank == 3 { return flatten(input, shape) }
      toLast(input)
      guard input.shape != shape else { return Signal(shape: shape) }
      module.addStep(
        shape.rank == 1
          ? "x = x.flatten(1)"
          : "x = x.reshape(-1, \(shape.dimensions.map(String.init).joined(separator: ", ")))")
      return Signal(shape: shape)
    case .periodicEmbedding, .ensemble, .memberDense:
      throw place.failure(
        "PyTorch has no such layer",
        help: "export it with --format onnx, or train a network without it")
    }
  }

  private mutating func residual(
    _ branch: [any Layer], _ shortcut: [any Layer], _ activation: any Activation,
    _ config: any LayerConfig, from input: Signal, at place: LayerPlace
  ) throws -> Signal {
    let config = config as? ResidualConfig ?? ResidualConfig()
    var input = input
    if input.flattened != nil {
      // What a branch makes is added in the order that it has here.
      toLast(input)
      input = Signal(shape: input.shape)
    }
    let (skip, way) = (module.name("skip"), shortcut.isEmpty ? nil : module.name("branch"))
    module.addStep("\(skip) = x")
    var first = try write(
      branch, config.layers ?? [], from: input, at: place.path.key("layers"))
    if first.hasChannelsFirst != input.hasChannelsFirst || first.flattened != nil || way != nil {
      toLast(first)
      first = Signal(shape: first.shape)
    }
    guard let way else {
      var other = skip
      if input.hasChannelsFirst, !first.hasChannelsFirst {
        other = Self.last(skip, rank: input.rank)
      }
      module.addStep(
        "x = \(try call(activation, "x + \(other)", axis: first.hasChannelsFirst ? 1 : -1, place))")
      return first
    }
    module.addStep("\(way) = x")
    module.addStep("x = \(skip)")
    toLast(
      try write(shortcut, config.shortcut, from: input, at: place.path.key("shortcut")))
    module.addStep("x = \(try call(activation, "\(way) + x", axis: -1, place))")
    return first
  }

  // MARK: - Order of dimensions

  @discardableResult
  private mutating func toFirst(_ signal: Signal) -> Signal {
    guard !signal.hasChannelsFirst, signal.rank > 1 else { return signal }
    module.addStep(signal.rank == 2 ? "x = x.transpose(1, 2)" : "x = x.permute(0, 3, 1, 2)")
    var first = signal
    first.hasChannelsFirst = true
    return first
  }

  /// As PyTorch does it: an image channel by channel. The next layer with parameters minds it.
  private mutating func flatten(_ input: Signal, _ shape: Shape) -> Signal {
    let image = FlattenedImage(shape: input.shape)
    guard image.isTurned else {
      module.addStep("x = x.flatten(1)")
      return Signal(shape: shape)
    }
    toFirst(input)
    module.addStep("x = x.flatten(1)")
    return Signal(shape: shape, flattened: image)
  }

  mutating func toLast(_ signal: Signal) {
    if let image = signal.flattened {
      let extents = image.shape.dimensions
      let first = ([extents.last ?? 1] + extents.dropLast()).map(String.init)
      module.addStep("x = x.reshape(-1, \(first.joined(separator: ", ")))")
      module.addStep("x = \(Self.last("x", rank: image.shape.rank)).flatten(1)")
    }
    guard signal.hasChannelsFirst else { return }
    module.addStep("x = \(Self.last("x", rank: signal.rank))")
  }

  private static func last(_ name: String, rank: Int) -> String {
    rank == 2 ? "\(name).transpose(1, 2)" : "\(name).permute(0, 2, 3, 1)"
  }

  // MARK: - Layers

  private mutating func addAffine(
    _ name: String, _ gamma: Parameter?, _ beta: Parameter?, _ flattened: FlattenedImage?
  ) {
    for (parameter, part) in [(gamma, "weight"), (beta, "bias")] {
      guard let parameter else { continue }
      let values = memory.array(parameter)
      module.addTensor(
        "\(name).\(part)", flattened?.theirs(values) ?? values, parameter.shape.dimensions)
    }
  }

  private mutating func linear(
    _ name: String, _ affine: Operation.Affine, _ flattened: FlattenedImage?
  ) {
    let extents = affine.kernel.shape.dimensions
    let arguments = Python.arguments([
      "\(extents[0])", "\(extents[1])", affine.bias == nil ? "bias=False" : nil,
    ])
    module.addLayer("self.\(name) = nn.Linear(\(arguments))")
    if let flattened {
      module.addTensor(
        "\(name).weight", flattened.theirs(kernel: memory.array(affine.kernel), units: extents[1]),
        [extents[1], extents[0]])
    } else {
      module.addTensor("\(name).weight", affine.kernel, memory, order: [1, 0])
    }
    if let bias = affine.bias { module.addTensor("\(name).bias", bias, memory) }
  }

  private mutating func convolution(
    _ window: SlidingWindow, _ affine: Operation.Affine, _ activation: any Activation,
    _ input: Signal, _ shape: Shape, _ place: LayerPlace
  ) throws -> Signal {
    let dimensions = input.rank - 1
    toFirst(input)
    let name = module.name("conv\(dimensions)d")
    let extents = affine.kernel.shape.dimensions
    let (channels, filters) = (extents[dimensions], extents[dimensions + 1])
    let padding = pad(window, dimensions, with: nil)
    let arguments = Python.arguments([
      "\(window.channels)", "\(filters)", Python.tuple(Array(extents.prefix(dimensions))),
      option("stride", window.pick(window.stride, dimensions: dimensions), unless: 1),
      option("padding", padding, unless: 0),
      option("dilation", window.pick(window.dilation, dimensions: dimensions), unless: 1),
      window.channels == channels ? nil : "groups=\(window.channels / channels)",
      affine.bias == nil ? "bias=False" : nil,
    ])
    module.addLayer("self.\(name) = nn.Conv\(dimensions)d(\(arguments))")
    let order = [dimensions + 1, dimensions] + Array(0..<dimensions)
    module.addTensor("\(name).weight", affine.kernel, memory, order: order)
    if let bias = affine.bias { module.addTensor("\(name).bias", bias, memory) }
    module.addStep("x = \(try call(activation, "self.\(name)(x)", axis: 1, place))")
    return Signal(shape: shape, hasChannelsFirst: true)
  }

  private func option(_ name: String, _ values: [Int], unless usual: Int) -> String? {
    guard values.contains(where: { $0 != usual }) else { return nil }
    return "\(name)=\(Set(values).count == 1 ? "\(values[0])" : Python.tuple(values))"
  }

  /// The padding that a layer can do itself; where that before and after differ, a step does it before.
  ///
  /// - Parameter value: what padding is; `nil` for zeros.
  private mutating func pad(_ window: SlidingWindow, _ dimensions: Int, with value: String?)
    -> [Int]
  {
    let padding = window.padding(dimensions: dimensions)
    let before = padding.map(\.before)
    let lists = [window.input, window.size, window.stride, window.dilation, window.output].map {
      window.pick($0, dimensions: dimensions)
    }
    // As much on both sides may leave some at the end unseen, but must not make more windows.
    let isSymmetric = (0..<dimensions).allSatisfy { index in
      let reach = (lists[1][index] - 1) * lists[3][index] + 1
      let windows = (lists[0][index] + 2 * before[index] - reach) / lists[2][index] + 1
      return padding[index].after <= before[index] && windows == lists[4][index]
    }
    if isSymmetric { return before }
    // From the last dimension to the first.
    let amounts = padding.reversed().flatMap { [$0.before, $0.after] }
    module.addStep(
      "x = F.pad(x, \(Python.tuple(amounts))\(value.map { ", value=\($0)" } ?? ""))")
    return before.map { _ in 0 }
  }

  private mutating func pooling(
    _ window: SlidingWindow, _ rule: Operation.Pooling, _ input: Signal, _ shape: Shape,
    _ place: LayerPlace
  ) throws -> Signal {
    let dimensions = input.rank - 1
    if shape.rank == 1 {
      let axes = input.hasChannelsFirst ? Array(2...input.rank) : Array(1..<input.rank)
      let isLargest = if case .largest = rule { true } else { false }
      module.addStep("x = x.\(isLargest ? "amax" : "mean")(\(Python.tuple(axes)))")
      return Signal(shape: shape)
    }
    toFirst(input)
    let isLargest: Bool
    var counts: String?
    switch rule {
    case .largest: isLargest = true
    case .average(let includesPadding):
      isLargest = false
      let padding = window.padding(dimensions: dimensions)
      if !includesPadding, padding.contains(where: { $0.before + $0.after > 0 }) {
        guard padding.allSatisfy({ $0.before >= $0.after }) else {
          throw place.failure(
            "PyTorch has no average that leaves out padding on one side only",
            help: "set \"include_padding\": true, or a padding in numbers")
        }
        counts = "count_include_pad=False"
      }
    }
    let amounts = pad(window, dimensions, with: isLargest ? "float(\"-inf\")" : nil)
    let name = module.name(isLargest ? "max_pool" : "average_pool")
    let arguments = Python.arguments([
      Python.tuple(window.pick(window.size, dimensions: dimensions)),
      Python.tuple(window.pick(window.stride, dimensions: dimensions)),
      option("padding", amounts, unless: 0), counts,
    ])
    module.addLayer(
      "self.\(name) = nn.\(isLargest ? "Max" : "Avg")Pool\(dimensions)d(\(arguments))")
    module.addStep("x = self.\(name)(x)")
    return Signal(shape: shape, hasChannelsFirst: true)
  }

  /// Gates are in the same order; of the two biases of PyTorch the second is needed for the candidate of a gru only.
  private mutating func recurrent(_ operation: RecurrentOperation, features: Int) {
    let type: String
    switch operation.cell {
    case .tanh, .relu: type = "rnn"
    case .lstm: type = "lstm"
    case .gru: type = "gru"
    }
    let name = module.name(type)
    let units = operation.units
    let arguments = Python.arguments([
      "\(features)", "\(units)", operation.cell == .relu ? "nonlinearity=\"relu\"" : nil,
      operation.directions[0].bias == nil ? "bias=False" : nil, "batch_first=True",
      operation.directions.count == 2 ? "bidirectional=True" : nil,
    ])
    module.addLayer("self.\(name) = nn.\(type.uppercased())(\(arguments))")
    for (direction, ending) in zip(operation.directions, ["", "_reverse"]) {
      module.addTensor("\(name).weight_ih_l0\(ending)", direction.kernel, memory, order: [1, 0])
      module.addTensor(
        "\(name).weight_hh_l0\(ending)", direction.recurrentKernel, memory, order: [1, 0])
      guard let bias = direction.bias else { continue }
      module.addTensor("\(name).bias_ih_l0\(ending)", bias, memory)
      var second = [Float](repeating: 0, count: bias.shape.count)
      if let own = direction.recurrentBias {
        second.replaceSubrange((bias.shape.count - units)..., with: memory.array(own))
      }
      module.addTensor("\(name).bias_hh_l0\(ending)", second, [bias.shape.count])
    }
    if operation.returnsSequences {
      module.addStep("x, _ = self.\(name)(x)")
    } else {
      module.addStep(
        operation.cell == .lstm ? "_, (x, _) = self.\(name)(x)" : "_, x = self.\(name)(x)")
      module.addStep("x = x.transpose(0, 1).flatten(1)")
    }
  }

  private mutating func positions(_ vectors: Operation.PositionVectors, _ shape: Shape) {
    let name = module.name("positions")
    let extents = shape.dimensions.map(String.init).joined(separator: ", ")
    switch vectors {
    case .learned(let kernel):
      module.addLayer("self.\(name) = nn.Parameter(torch.empty(\(extents)))")
      module.addTensor(name, kernel, memory)
    case .sinusoidal:
      module.addLayer("self.register_buffer(\"\(name)\", torch.empty(\(extents)))")
      module.addTensor(
        name, Sinusoid.vectors(steps: shape.dimensions[0], dimensions: shape.dimensions[1]),
        shape.dimensions)
    }
    module.addStep("x = x + self.\(name)\(isCausal ? "[: x.shape[1]]" : "")")
  }

  private mutating func attention(_ operation: AttentionOperation, _ shape: Shape) {
    let name = module.name("self_attention")
    let arguments = Python.arguments([
      "\(shape.dimensions[1])", "\(operation.heads)",
      operation.input.bias == nil ? "bias=False" : nil, "batch_first=True",
    ])
    module.addLayer("self.\(name) = nn.MultiheadAttention(\(arguments))")
    module.addTensor("\(name).in_proj_weight", operation.input.kernel, memory, order: [1, 0])
    if let bias = operation.input.bias { module.addTensor("\(name).in_proj_bias", bias, memory) }
    module.addTensor("\(name).out_proj.weight", operation.output.kernel, memory, order: [1, 0])
    if let bias = operation.output.bias { module.addTensor("\(name).out_proj.bias", bias, memory) }
    var mask = ""
    if operation.isCausal {
      module.addStep(
        "mask = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device).triu(1)")
      mask = ", attn_mask=mask"
    }
    module.addStep("x, _ = self.\(name)(x, x, x, need_weights=False\(mask))")
  }

  // MARK: - Activations

  private func call(
    _ activation: any Activation, _ value: String, axis: Int, _ place: LayerPlace
  ) throws -> String {
    switch activation {
    case is Linear: return value
    case is ReLU: return "F.relu(\(value))"
    case let leaky as LeakyReLU:
      return "F.leaky_relu(\(value), \(Python.number(leaky.negativeSlope)))"
    case let elu as ELU: return "F.elu(\(value), \(Python.number(elu.alpha)))"
    case is SELU: return "F.selu(\(value))"
    case let gelu as GELU:
      return "F.gelu(\(value)\(gelu.approximation == .tanh ? ", approximate=\"tanh\"" : ""))"
    case is Sigmoid: return "torch.sigmoid(\(value))"
    case is Tanh: return "torch.tanh(\(value))"
    case is Softmax: return "torch.softmax(\(value), \(axis))"
    case is Softplus: return "F.softplus(\(value))"
    case let swish as Swish:
      return swish.beta == 1
        ? "F.silu(\(value))"
        : "F.silu(\(Python.number(swish.beta)) * (\(value))) / \(Python.number(swish.beta))"
    default:
      throw place.failure("PyTorch has no activation \(type(of: activation).type)")
    }
  }
}
