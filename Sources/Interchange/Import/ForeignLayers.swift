import Configuration
import Network
import Numerics

/// The layers of a network with arrays, in their order, each as the module of PyTorch that is like it.
///
/// PyTorch has the channels of images first, and those of sequences behind convolutions and pools; so a row that is made of
/// them by `flatten` has another order there.
struct ForeignLayers {
  private var layers: [ForeignLayer] = []
  /// Whether the channels come first there at this place.
  private var hasChannelsFirst: Bool
  private var shape: Shape
  private var flattened: FlattenedImage?

  /// - Throws: `Failure` for a network of which it cannot be told in which order PyTorch has its numbers.
  static func list(_ network: Network, _ plan: MemoryPlan) throws -> [ForeignLayer] {
    var walk = ForeignLayers(hasChannelsFirst: false, shape: network.inputShape)
    for (index, layer) in network.layers.enumerated() {
      try walk.add(layer, at: ConfigPath.root.key("model").key("layers").index(index))
    }
    let layers = walk.layers
    // Vectors of categories come first, with the inputs.
    let known = Set(layers.flatMap(\.arrays).map(\.name))
    let others = plan.modelArrays.filter { !known.contains($0.name) }.map { array in
      ForeignLayer(
        name: array.name, arrays: [ForeignArray(array.name, array.shape, part: "weight")])
    }
    return others + layers
  }

  private init(hasChannelsFirst: Bool, shape: Shape) {
    self.hasChannelsFirst = hasChannelsFirst
    self.shape = shape
  }

  private mutating func add(_ layer: any Layer, at path: ConfigPath) throws {
    defer { shape = layer.output.shape }
    switch layer.operation {
    case .residual, .periodicEmbedding, .ensemble,
      .reshape where layer.output.shape.rank > 1:
      guard flattened == nil else {
        throw Failure(
          Diagnostic(
            .error, .configuration, code: "not-importable",
            "\(path): behind flatten it cannot be told in which order PyTorch has its numbers",
            help: "put a dense layer between them"))
      }
    default: break
    }
    switch layer.operation {
    case .residual(let branch, let shortcut, _):
      let before = (hasChannelsFirst, shape)
      var isAnyFirst = false
      for (layers, key) in [(branch, "layers"), (shortcut, "shortcut")] {
        (hasChannelsFirst, shape, flattened) = (before.0, before.1, nil)
        for (index, inner) in layers.enumerated() {
          try add(inner, at: path.key(key).index(index))
        }
        isAnyFirst = isAnyFirst || hasChannelsFirst
      }
      hasChannelsFirst = isAnyFirst
    case .reshape where layer.output.shape.rank == 1 && shape.rank > 1:
      let image = FlattenedImage(shape: shape)
      flattened = (hasChannelsFirst || shape.rank == 3) && image.isTurned ? image : nil
    case .convolution, .pooling: hasChannelsFirst = layer.output.shape.rank > 1
    case .recurrent, .embedding, .positions, .attention: hasChannelsFirst = false
    default: break
    }
    let arrays = arrays(of: layer.operation)
    guard let first = arrays.first else { return }
    if case .dense = layer.operation {
      hasChannelsFirst = false
      flattened = nil
    }
    // The name of an array is that of its layer and its own.
    let name = first.name.split(separator: ".").dropLast().joined(separator: ".")
    layers.append(ForeignLayer(name: name, arrays: arrays))
  }

  private func arrays(of operation: Operation) -> [ForeignArray] {
    switch operation {
    case .dense(let affine, _): return dense(affine)
    case .convolution(_, let affine, _):
      let rank = affine.kernel.shape.rank
      return Self.affine(affine, order: [rank - 1, rank - 2] + Array(0..<rank - 2))
    case .recurrent(let operation): return Self.recurrent(operation)
    case .embedding(let kernel): return [ForeignArray(kernel, part: "weight")]
    case .positions(.learned(let kernel)): return [ForeignArray(kernel, part: "weight")]
    case .attention(let operation):
      return [ForeignArray(operation.input.kernel, part: "in_proj_weight", order: [1, 0])]
        + (operation.input.bias.map { [ForeignArray($0, part: "in_proj_bias")] } ?? [])
        + Self.affine(operation.output, order: [1, 0], prefix: "out_proj.")
    case .batchNormalization(let mean, let variance, let gamma, let beta, _):
      return scale(gamma, beta) + [
        vector(mean.name, mean.shape, part: "running_mean"),
        vector(variance.name, variance.shape, part: "running_var"),
      ]
    case .layerNormalization(let gamma, let beta, _): return scale(gamma, beta)
    case .memberDense, .pooling, .positions, .residual, .activation, .reshape, .dropout,
      .periodicEmbedding, .ensemble:
      return []
    }
  }

  private static func affine(
    _ affine: Operation.Affine, order: [Int], prefix: String = ""
  ) -> [ForeignArray] {
    [ForeignArray(affine.kernel, part: prefix + "weight", order: order)]
      + (affine.bias.map { [ForeignArray($0, part: prefix + "bias")] } ?? [])
  }

  private func scale(_ gamma: Parameter?, _ beta: Parameter?) -> [ForeignArray] {
    [(gamma, "weight"), (beta, "bias")].compactMap { parameter, part in
      parameter.map { vector($0.name, $0.shape, part: part) }
    }
  }

  /// A number for each channel, or for each number of a row.
  private func vector(_ name: String, _ shape: Shape, part: String) -> ForeignArray {
    guard let flattened else { return ForeignArray(name, shape, part: part) }
    return ForeignArray(name, parts: [.init(name: part, shape: shape)]) { flattened.ours($0[0]) }
  }

  private func dense(_ affine: Operation.Affine) -> [ForeignArray] {
    guard let flattened else { return Self.affine(affine, order: [1, 0]) }
    let extents = affine.kernel.shape.dimensions
    let kernel = ForeignArray(
      affine.kernel.name, parts: [.init(name: "weight", shape: Shape(extents[1], extents[0]))]
    ) { flattened.ours(kernel: $0[0], units: extents[1]) }
    return [kernel] + (affine.bias.map { [ForeignArray($0, part: "bias")] } ?? [])
  }

  /// Gates are in the same order. The two biases of PyTorch are added but for the candidate of a gru, where the second
  /// stands behind the reset gate.
  private static func recurrent(_ operation: RecurrentOperation) -> [ForeignArray] {
    zip(operation.directions, ["", "_reverse"]).flatMap { direction, ending -> [ForeignArray] in
      var arrays = [
        ForeignArray(direction.kernel, part: "weight_ih_l0\(ending)", order: [1, 0]),
        ForeignArray(direction.recurrentKernel, part: "weight_hh_l0\(ending)", order: [1, 0]),
      ]
      guard let bias = direction.bias else { return arrays }
      let parts = ["bias_ih_l0", "bias_hh_l0"].map {
        ForeignArray.Part(name: $0 + ending, shape: bias.shape)
      }
      let added = bias.shape.count - (direction.recurrentBias == nil ? 0 : operation.units)
      arrays.append(
        ForeignArray(bias.name, parts: parts) { values in
          (0..<values[0].count).map { values[0][$0] + ($0 < added ? values[1][$0] : 0) }
        })
      if let own = direction.recurrentBias {
        arrays.append(
          ForeignArray(own.name, parts: [parts[1]]) { Array($0[0][added...]) })
      }
      return arrays
    }
  }
}
