import Numerics

extension ResidualConfig {
  /// How the branch keeps the shape that arrives, by the kinds of its layers; without a shortcut it has to.
  func advice(branch: Shape, input: Shape) -> String {
    let ways = [lengthAdvice(branch, input), widthAdvice(branch, input)].compactMap { $0 }
    let keep = ways.isEmpty ? "let the branch keep the shape" : ways.joined(separator: " and ")
    return "\(keep), or give a \"shortcut\" that ends with the same"
  }

  /// Of steps, or of the sides of an image.
  private func lengthAdvice(_ branch: Shape, _ input: Shape) -> String? {
    let layers = self.layers ?? []
    let extents = branch.dimensions.dropLast()
    guard Array(extents) != Array(input.dimensions.dropLast()) else { return nil }
    if branch.rank < input.rank {
      return layers.contains { $0 is any RecurrentConfig }
        ? "hand on all steps (\"return_sequences\": true)" : nil
    }
    let hasWindows = layers.contains { $0 is any ConvolutionConfig || $0 is any PoolingConfig }
    return hasWindows ? "keep the shape (\"padding\": \"same\", \"stride\": 1)" : nil
  }

  /// Of the last dimension, which the last layer with units or filters makes.
  private func widthAdvice(_ branch: Shape, _ input: Shape) -> String? {
    guard let width = input.dimensions.last, branch.dimensions.last != width else { return nil }
    for layer in (layers ?? []).reversed() {
      let type = Swift.type(of: layer).type
      switch layer {
      case is DenseConfig, is any ConvolutionConfig:
        let key = layer is DenseConfig ? "units" : "filters"
        return "give the last \(type) layer of the branch \"\(key)\": \(width)"
      case let recurrent as any RecurrentConfig:
        let directions = recurrent.settings.bidirectional ? 2 : 1
        guard width.isMultiple(of: directions) else { return nil }
        return "give the last \(type) layer of the branch \"units\": \(width / directions)"
      default: continue
      }
    }
    return nil
  }
}
