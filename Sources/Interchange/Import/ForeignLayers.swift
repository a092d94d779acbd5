import Network
import Numerics

/// The layers of a network with arrays, in their order, each as the module of PyTorch that is like it.
enum ForeignLayers {
  static func list(_ network: Network, _ plan: MemoryPlan) -> [ForeignLayer] {
    var layers: [ForeignLayer] = []
    network.layers.forEach { add($0, to: &layers) }
    // Vectors of categories come first, with the inputs.
    let known = Set(layers.flatMap(\.arrays).map(\.name))
    let others = plan.modelArrays.filter { !known.contains($0.name) }.map { array in
      ForeignLayer(
        name: array.name, arrays: [ForeignArray(array.name, array.shape, part: "weight")])
    }
    return others + layers
  }

  private static func add(_ layer: any Layer, to layers: inout [ForeignLayer]) {
    if case .residual(let branch, let shortcut, _) = layer.operation {
      for inner in branch + shortcut { add(inner, to: &layers) }
      return
    }
    let arrays = arrays(of: layer.operation)
    guard let first = arrays.first else { return }
    // The name of an array is that of its layer and its own.
    let name = first.name.split(separator: ".").dropLast().joined(separator: ".")
    layers.append(ForeignLayer(name: name, arrays: arrays))
  }

  private static func arrays(of operation: Operation) -> [ForeignArray] {
    switch operation {
    case .dense(let affine, _): return self.affine(affine, order: [1, 0])
    case .convolution(_, let affine, _):
      let rank = affine.kernel.shape.rank
      return self.affine(affine, order: [rank - 1, rank - 2] + Array(0..<rank - 2))
    case .recurrent(let operation): return recurrent(operation)
    case .embedding(let kernel): return [ForeignArray(kernel, part: "weight")]
    case .positions(.learned(let kernel)): return [ForeignArray(kernel, part: "weight")]
    case .attention(let operation):
      return [ForeignArray(operation.input.kernel, part: "in_proj_weight", order: [1, 0])]
        + (operation.input.bias.map { [ForeignArray($0, part: "in_proj_bias")] } ?? [])
        + affine(operation.output, order: [1, 0], prefix: "out_proj.")
    case .batchNormalization(let mean, let variance, let gamma, let beta, _):
      return scale(gamma, beta) + [
        ForeignArray(mean.name, mean.shape, part: "running_mean"),
        ForeignArray(variance.name, variance.shape, part: "running_var"),
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

  private static func scale(_ gamma: Parameter?, _ beta: Parameter?) -> [ForeignArray] {
    [(gamma, "weight"), (beta, "bias")].compactMap { parameter, part in
      parameter.map { ForeignArray($0, part: part) }
    }
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
