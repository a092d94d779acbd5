import Configuration
import Numerics

/// The largest value of each channel under a window that moves over the steps of a sequence.
package struct MaxPool1DConfig: PoolingConfig {
  package static let type = "max_pool1d"
  package static let summary = "The largest value under a window over the steps of a sequence."
  package static let synonyms = ["max_pooling1d", "maxpool1d", "maxpooling1d"]
  static let dimensions = 1

  var settings = PoolingSettings(dimensions: dimensions)
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = poolingKeys + [.name]

  func rule(for window: SlidingWindow) -> PoolingLayer.Rule {
    .largest(MaxPooling(window: window))
  }
}
