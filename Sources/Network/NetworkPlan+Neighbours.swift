import Configuration
import Numerics

/// Layers that are right by themselves, and of which the ones before or behind make little or nothing.
extension NetworkPlan {
  /// What signals pass before their gradients are as good as gone.
  private static let mostSaturating = 20

  /// Looks at the layer being planned among those that it stands with.
  ///
  /// - Parameters:
  ///   - index: its own.
  ///   - width: of what arrives at it along the last dimension, as if categories were written out.
  mutating func warnOfNeighbours(_ layers: [any LayerConfig], at index: Int, width: Int) {
    warnOfRectifiedAgain(layers, at: index, width: width)
    warnOfLinearPair(layers, at: index, width: width)
    warnOfSaturation(layers, at: index)
    warnOfHiddenSoftmax(layers[index])
  }

  private mutating func warnOfRectifiedAgain(
    _ layers: [any LayerConfig], at index: Int, width: Int
  ) {
    guard index > 0, let layer = layers[index] as? ActivationConfig, layer.activation is ReLU,
      let before = layers[index - 1].outputActivation,
      before.range(width: width).lowerBound >= 0
    else { return }
    warn(
      key: "activation", code: "inert",
      "relu changes nothing behind \(type(of: before).type), which gives nothing below 0",
      help: "leave this layer out")
  }

  /// Two products in a row can do no more than one.
  private mutating func warnOfLinearPair(_ layers: [any LayerConfig], at index: Int, width: Int) {
    guard !isFrozen, layers[index].isLinear, let outputs = productOutputs(of: layers[index]),
      let next = layers[(index + 1)...].firstIndex(where: { !$0.leavesProductsTogether }),
      let nextOutputs = productOutputs(of: layers[next]),
      // A narrow layer between wide ones makes two kernels of fewer parameters than one would have.
      outputs >= min(width, nextOutputs)
    else { return }
    warn(
      key: "activation", code: "linear-layers",
      "there is no activation between this layer and the \(type(of: layers[next]).type) behind it: together they are one linear layer",
      help: #"write "activation": "relu" here, or leave one of them out"#)
  }

  /// The outputs along the last dimension of a layer that learns one product of all that arrives there; `nil` for others.
  /// Convolutions in a row share their kernels as one could not.
  private func productOutputs(of layer: any LayerConfig) -> Int? {
    guard layer.trainable, let dense = layer as? DenseConfig else { return nil }
    return dense.units ?? outputUnits
  }

  private mutating func warnOfSaturation(_ layers: [any LayerConfig], at index: Int) {
    guard let activation = layers[index].saturatingActivation else { return }
    let row = layers[...index].reversed().prefix {
      $0.saturatingActivation != nil || $0 is DropoutConfig
    }
    // Said once, where the row has become too long.
    guard row.count(where: { $0.saturatingActivation != nil }) == Self.mostSaturating + 1 else {
      return
    }
    warn(
      key: "activation", code: "vanishing-gradients",
      "gradients vanish on their way through more than \(Self.mostSaturating) layers in a row that end in \(type(of: activation).type) or its like",
      help:
        #"take "relu", put {"type": "batch_normalization"} between them, or residual blocks around them"#
    )
  }

  private mutating func warnOfHiddenSoftmax(_ layer: any LayerConfig) {
    guard !isLastLayer, let dense = layer as? DenseConfig, dense.activation is Softmax else {
      return
    }
    warn(
      key: "activation", code: "hidden-softmax",
      "the units of this hidden layer share a sum of 1: with softmax most of them, and their gradients, are next to 0",
      help: #"take "relu"; softmax is for answers, and the loss applies it to them"#)
  }

  /// Notes that windows leave out what lies between them. Those of one number are for thinning out.
  mutating func warnOfGaps(between windows: SlidingWindow) {
    func seen(_ side: KeyPath<Extent, Int>) -> Double {
      let window = windows.dilation[keyPath: side] * (windows.size[keyPath: side] - 1) + 1
      let count = windows.output[keyPath: side]
      guard window > 1, count > 1, windows.stride[keyPath: side] > window else { return 1 }
      let inputs = windows.input[keyPath: side]
      return Double(min(inputs, count * window)) / Double(inputs)
    }
    let seen = seen(\.height) * seen(\.width)
    guard seen < 1 else { return }
    warn(
      key: "stride", code: "unseen-inputs",
      "the stride is larger than the window: \(Int((100 * (1 - seen)).rounded())) % of the inputs are in no window",
      help: "make it as large as the window at most")
  }

  /// Notes an amount that is hardly ever meant.
  mutating func warnOfUnusual(_ key: String, _ message: String, help: String) {
    let path = ConfigPath.root.key(key)
    guard !isWarned(of: path, code: UnusualValue.code) else { return }
    warn(key: key, code: UnusualValue.code, message, help: help)
  }
}

/// Values that are allowed, and so far from what is usual that a slip is likelier.
package enum UnusualValue {
  package static let code = "unusual-value"
  /// Of the inputs that a dropout sets to zero.
  static let mostDropped = 0.9
  /// Of first values.
  static let mostDeviation = 10.0

  /// Of a dropout; `nil` for what is usual.
  static func dropout(_ rate: Double) -> (message: String, help: String)? {
    guard rate > mostDropped else { return nil }
    return (
      "a rate of \(JSONNumber(rate).text) leaves less than one input of ten",
      "usual are 0.1 to 0.5; it is the share that is set to zero, not the one that is kept"
    )
  }
}

extension LayerConfig {
  /// Whether nothing but what it learned is between its inputs and its outputs.
  fileprivate var isLinear: Bool { outputActivation.map { Swift.type(of: $0).isIdentity } ?? false }

  /// Whether what stands before it and behind it could still be one product.
  fileprivate var leavesProductsTogether: Bool {
    self is DropoutConfig || self is BatchNormalizationConfig
      || self is ActivationConfig && isLinear
  }

  /// The function of a dense layer that is flat for large inputs; `nil` for others.
  fileprivate var saturatingActivation: (any Activation)? {
    guard let activation = (self as? DenseConfig)?.activation,
      activation is Sigmoid || activation is Tanh
    else { return nil }
    return activation
  }
}
