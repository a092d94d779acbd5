import Configuration
import Numerics

/// The largest value of each channel under a window that moves over the steps of a sequence.
package struct MaxPool1DConfig: PoolingConfig {
  package static let type = "max_pool1d"
  package static let summary = "The largest value under a window over the steps of a sequence."
  package static let guidance = Guidance.choice(
    """
    Behind convolutions of a sequence where it counts that a pattern occurs, not exactly \
    when. To keep a mean level: average_pool1d.
    """,
    typical: "Windows of 2 behind every convolution or two.",
    example: #"{"type": "max_pool1d", "pool_size": 2}"#)
  package static let synonyms = ["max_pooling1d", "maxpool1d", "maxpooling1d"]
  package static let takesLargest = true
  static let dimensions = 1

  var settings = PoolingSettings(dimensions: dimensions)
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = poolingKeys + [.name]

  func rule(for window: SlidingWindow) -> PoolingLayer.Rule {
    .largest(MaxPooling(window: window))
  }
}
