import Network

/// A small convolutional network: blocks of a convolution, batch normalization (Ioffe and Szegedy 2015), a
/// ReLU and pooling, with twice the filters whenever the extent is halved, as VGG has them (Simonyan and
/// Zisserman 2015), and one hidden layer behind dropout.
struct ImageNetwork {
  /// Height, width and perhaps channels.
  let shape: [Int]
  /// Training images.
  let examples: Int

  private var extent: Int { shape.prefix(2).min() ?? 1 }

  /// Pooling ends where images would become smaller than 4 pixels, or 2 where they are small anyway.
  private var blocks: Int {
    var blocks = 0
    var extent = self.extent
    while extent >= 4, blocks < 5 {
      blocks += 1
      extent /= 2
      if extent < 8, blocks > 1 { break }
    }
    return blocks
  }

  /// Small images cost little, so that more filters can look at them.
  private var filters: Int { extent < 16 ? 32 : 16 }

  var batchSize: Int {
    switch examples {
    case ..<64: max(1, examples / 2)
    case ..<3_000: 32
    case ..<30_000: 64
    default: 128
    }
  }

  /// The run is bounded by multiplications, not by examples: a minute or two on two processors.
  var epochs: Int {
    let perEpoch = (examples + batchSize - 1) / batchSize
    return RoundNumber.near(1_250 / Double(perEpoch), in: 5...40)
  }

  var layers: [any LayerConfig] {
    var layers: [any LayerConfig] = []
    for block in 0..<blocks {
      layers += [
        Conv2DConfig.beforeNormalization(filters: filters << min(block, 3)),
        BatchNormalizationConfig(), ActivationConfig(ReLU()), MaxPool2DConfig(),
      ]
    }
    layers.append(FlattenConfig())
    layers.append(DropoutConfig(rate: 0.3))
    return layers + [DenseConfig.rectified(units: 64), DenseConfig()]
  }
}
