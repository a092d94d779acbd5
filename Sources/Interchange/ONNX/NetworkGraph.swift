import Configuration
import Network
import Numerics

/// Writes the layers of a network into a graph.
struct NetworkGraph {
  var graph: Graph
  let memory: Memory
  /// What carries the state of a stateful layer, for texts that are read in pieces; without it, each example
  /// begins with zeros, as `predict` has it.
  var carriesState = false

  /// What arrives at a layer or leaves it: a value whose first dimension is the batch.
  struct Signal {
    var value: Graph.Value
    /// The shape of an example, channels last, whatever the order of the dimensions of the value.
    let shape: Shape
    /// Whether the channels come first in the value, as operators for images want them.
    var hasChannelsFirst = false

    var rank: Int { shape.rank }
    /// The dimension of the value that holds the channels.
    var channelAxis: Int { hasChannelsFirst ? 1 : rank }
  }

  /// Writes layers one behind the other.
  ///
  /// - Parameters:
  ///   - path: where the list of layers stands in the configuration.
  ///   - name: what the names of the layers in the model file begin with.
  /// - Throws: `Failure` naming a layer that cannot be written.
  mutating func write(
    _ layers: [any Layer], configs: [any LayerConfig], from input: Signal, at path: ConfigPath,
    named key: String, within name: String = ""
  ) throws -> Signal {
    let outer = graph.scope
    defer { graph.scope = outer }
    var signal = input
    for (index, (layer, config)) in zip(layers, configs).enumerated() {
      let own = config.name ?? "\(key).\(index)"
      graph.scope = name.isEmpty ? own : "\(name).\(own)"
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
      let input = channelsLast(input)
      let sums = product(input.value, affine, rank: input.rank)
      return try activated(Signal(value: sums, shape: shape), activation, at: place)
    case .memberDense(let affine, let activation):
      // Normalized members arrive with their features before the members.
      let input = channelsLast(input)
      let sums = memberProducts(input.value, affine)
      return try activated(Signal(value: sums, shape: shape), activation, at: place)
    case .convolution(let window, let affine, let activation):
      let sums = convolution(window, affine, of: input, shape)
      return try activated(sums, activation, at: place)
    case .pooling(let window, let rule): return pooling(window, rule, of: input, shape)
    case .recurrent(let operation):
      return Signal(value: recurrent(operation, channelsLast(input)), shape: shape)
    case .embedding(let kernel):
      let table = parameter(kernel)
      return Signal(value: graph.gather(table, input.value), shape: shape)
    case .positions(let vectors):
      let input = channelsLast(input)
      let table = positions(vectors, shape)
      return Signal(value: graph.node(Node(.add), input.value, table), shape: shape)
    case .attention(let operation):
      return Signal(value: attention(operation, channelsLast(input)), shape: shape)
    case .batchNormalization(let mean, let variance, let gamma, let beta, let epsilon):
      let input = channelsFirst(input)
      let channels = mean.shape.count
      let scale = gamma.map { parameter($0) } ?? constant(1, channels, "gamma")
      let shift = beta.map { parameter($0) } ?? constant(0, channels, "beta")
      let (mean, variance) = (statistic(mean), statistic(variance))
      return replacing(
        input,
        by: graph.node(
          Node(.batchNormalization).with("epsilon", Float(epsilon)),
          input.value, scale, shift, mean, variance))
    case .layerNormalization(let gamma, let beta, let epsilon):
      let input = channelsLast(input)
      let channels = shape.dimensions.last ?? 1
      let scale = gamma.map { parameter($0) } ?? constant(1, channels, "gamma")
      let shift = beta.map { parameter($0) } ?? constant(0, channels, "beta")
      return replacing(
        input,
        by: graph.node(
          Node(.layerNormalization).with("axis", -1).with("epsilon", Float(epsilon)),
          input.value, scale, shift))
    case .residual(let branch, let shortcut, let activation):
      return try residual(branch, shortcut, activation, config, from: input, at: place)
    case .activation(let activation): return try activated(input, activation, at: place)
    case .dropout: return input
    case .reshape:
      let input = channelsLast(input)
      guard input.shape != shape else { return input }
      return Signal(value: graph.reshape(input.value, to: [0] + shape.dimensions), shape: shape)
    case .periodicEmbedding(let operation):
      return Signal(value: waves(operation, channelsLast(input)), shape: shape)
    case .ensemble(let factors):
      let input = channelsLast(input)
      let members = graph.unsqueeze(input.value, axis: 1)
      let factors = parameter(factors)
      return Signal(value: graph.node(Node(.mul), members, factors), shape: shape)
    }
  }

  private mutating func residual(
    _ branch: [any Layer], _ shortcut: [any Layer], _ activation: any Activation,
    _ config: any LayerConfig, from input: Signal, at place: LayerPlace
  ) throws -> Signal {
    let config = config as? ResidualConfig ?? ResidualConfig()
    let name = graph.scope
    let first = try write(
      branch, configs: config.layers ?? [], from: input, at: place.path.key("layers"),
      named: "layers", within: name)
    let second = try write(
      shortcut, configs: config.shortcut, from: input, at: place.path.key("shortcut"),
      named: "shortcut", within: name)
    // The cheaper order is that of the operators for images, which mostly end the branch.
    let isFirst = first.hasChannelsFirst
    let other = isFirst ? channelsFirst(second) : channelsLast(second)
    let sum = replacing(first, by: graph.node(Node(.add), first.value, other.value))
    return try activated(sum, activation, at: place)
  }

  func replacing(_ signal: Signal, by value: Graph.Value) -> Signal {
    var signal = signal
    signal.value = value
    return signal
  }

  private mutating func activated(
    _ signal: Signal, _ activation: any Activation, at place: LayerPlace
  ) throws -> Signal {
    replacing(
      signal,
      by: try graph.activate(signal.value, activation, axis: signal.channelAxis, at: place))
  }

  // MARK: - Order of dimensions

  mutating func channelsFirst(_ signal: Signal) -> Signal {
    guard !signal.hasChannelsFirst, signal.rank > 1 else { return signal }
    var first = signal
    let last = signal.rank
    first.value = graph.transpose(signal.value, [0, last] + Array(1..<last))
    first.hasChannelsFirst = true
    return first
  }

  mutating func channelsLast(_ signal: Signal) -> Signal {
    guard signal.hasChannelsFirst else { return signal }
    var last = signal
    last.value = graph.transpose(signal.value, [0] + Array(2...signal.rank) + [1])
    last.hasChannelsFirst = false
    return last
  }

  // MARK: - Arrays

  /// A parameter as the model file holds it.
  mutating func parameter(_ parameter: Parameter) -> Graph.Value {
    array(memory.array(parameter), parameter.shape.dimensions, parameter.name)
  }

  mutating func statistic(_ statistic: Statistic) -> Graph.Value {
    array(memory.array(statistic), statistic.shape.dimensions, statistic.name)
  }

  /// An array under its name in the model file.
  mutating func array(_ values: [Float], _ shape: [Int], _ name: String) -> Graph.Value {
    let scope = graph.scope
    graph.scope = ""
    defer { graph.scope = scope }
    return graph.array(values, shape, named: name)
  }

  private mutating func constant(_ value: Float, _ count: Int, _ name: String) -> Graph.Value {
    graph.array(Array(repeating: value, count: count), [count], named: name)
  }

  // MARK: - Products

  /// `x·W + b` along the last dimension.
  mutating func product(
    _ value: Graph.Value, _ affine: Operation.Affine, rank: Int
  ) -> Graph.Value {
    let kernel = parameter(affine.kernel)
    guard let bias = affine.bias.map({ parameter($0) }) else {
      return graph.node(Node(.matMul), value, kernel)
    }
    if rank == 1 { return graph.node(Node(.gemm), value, kernel, bias) }
    let sums = graph.node(Node(.matMul), value, kernel)
    return graph.node(Node(.add), sums, bias)
  }

  /// Each member by a kernel of its own: as many products of one row.
  private mutating func memberProducts(
    _ value: Graph.Value, _ affine: Operation.Affine
  ) -> Graph.Value {
    let kernel = parameter(affine.kernel)
    let rows = graph.unsqueeze(value, axis: 2)
    let products = graph.node(Node(.matMul), rows, kernel)
    let sums = graph.squeeze(products, axis: 2)
    guard let bias = affine.bias.map({ parameter($0) }) else { return sums }
    return graph.node(Node(.add), sums, bias)
  }

  private mutating func positions(
    _ vectors: Operation.PositionVectors, _ shape: Shape
  ) -> Graph.Value {
    switch vectors {
    case .learned(let kernel): return parameter(kernel)
    case .sinusoidal:
      let (steps, dimensions) = (shape.dimensions[0], shape.dimensions[1])
      return graph.array(
        Sinusoid.vectors(steps: steps, dimensions: dimensions), shape.dimensions,
        named: "positions")
    }
  }

  /// The inputs, and behind them the waves of each number.
  private mutating func waves(_ operation: PeriodicOperation, _ input: Signal) -> Graph.Value {
    let count = operation.numbers.count
    let (dimensions, frequencies) = (
      operation.bias.shape.dimensions[1], operation.frequencies.shape.dimensions[1]
    )
    let indices = graph.list(operation.numbers, named: "numbers")
    let numbers = graph.node(Node(.gather).with("axis", -1), input.value, indices)
    let columns = graph.unsqueeze(numbers, axis: -1)
    let (frequency, phase) = (
      parameter(operation.frequencies), parameter(operation.phases)
    )
    let scaled = graph.node(Node(.mul), columns, frequency)
    let turns = graph.node(Node(.add), scaled, phase)
    // Whole turns are taken off where that is exact, before a factor that is not.
    let whole = graph.node(Node(.round), turns)
    let rest = graph.node(Node(.sub), turns, whole)
    let circle = graph.number(2 * Float.pi, named: "circle")
    let angles = graph.node(Node(.mul), rest, circle)
    let cosines = graph.node(Node(.cos), angles)
    let rows = graph.unsqueeze(cosines, axis: -2)
    let kernel = array(
      Permutation.apply([0, 2, 1], to: memory.array(operation.kernel), operation.kernel.shape),
      [count, frequencies, dimensions], operation.kernel.name)
    let products = graph.node(Node(.matMul), rows, kernel)
    let flat = graph.reshape(
      products, to: Array(repeating: 0, count: input.rank) + [count * dimensions])
    let bias = array(memory.array(operation.bias), [count * dimensions], operation.bias.name)
    let embeddings = graph.node(Node(.add), flat, bias)
    return graph.concatenate([input.value, embeddings])
  }
}
