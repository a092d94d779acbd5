// Layers as values, for programs that write configurations: what is not named has its default.

extension DenseConfig {
  /// A hidden layer with a ReLU, and the initializer that was made for it (He et al. 2015).
  package static func rectified(units: Int) -> DenseConfig {
    var layer = DenseConfig()
    layer.units = units
    layer.activation = ReLU()
    layer.kernelInitializer = HeNormal()
    return layer
  }
}

extension DropoutConfig {
  package init(rate: Double) { self.rate = rate }
}

extension ActivationConfig {
  package init(_ activation: any Activation) { self.activation = activation }
}

extension EmbeddingConfig {
  package init(dimensions: Int) { self.dimensions = dimensions }
}

extension PeriodicEmbeddingConfig {
  package init(scale: Double, dimensions: Int) {
    self.scale = scale
    self.dimensions = dimensions
  }
}

extension EnsembleConfig {
  package init(members: Int) { self.members = members }
}

extension Conv2DConfig {
  /// A convolution that keeps the extent of the image and leaves the bias to the normalization behind it.
  package static func beforeNormalization(filters: Int) -> Conv2DConfig {
    var layer = Conv2DConfig()
    layer.settings.filters = filters
    layer.settings.padding = .same
    layer.settings.useBias = false
    return layer
  }
}

extension GRUConfig {
  package init(units: Int) { settings.units = units }

  /// A layer for texts: an output for each step, and a state that goes on from batch to batch.
  package static func stateful(units: Int) -> GRUConfig {
    var layer = GRUConfig(units: units)
    layer.settings.returnSequences = true
    layer.settings.stateful = true
    return layer
  }
}
