import Configuration
import Numerics

/// The largest value of each channel under a window that moves over the pixels of an image.
package struct MaxPool2DConfig: PoolingConfig {
  package static let type = "max_pool2d"
  package static let summary = "The largest value under a window over the pixels of an image."
  package static let guidance = Guidance.choice(
    """
    Behind convolutions where it counts that a pattern occurs, not exactly where. \
    Residual networks rather take a stride of 2.
    """,
    typical: "Windows of 2×2 behind every convolution or two.",
    example: #"{"type": "max_pool2d", "pool_size": 2}"#)
  package static let synonyms = [
    "max_pooling2d", "maxpool2d", "maxpooling2d", "max_pool", "max_pooling",
  ]
  package static let takesLargest = true
  static let dimensions = 2

  var settings = PoolingSettings(dimensions: dimensions)
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = poolingKeys + [.name]

  func rule(for window: SlidingWindow) -> PoolingLayer.Rule {
    .largest(MaxPooling(window: window))
  }
}
