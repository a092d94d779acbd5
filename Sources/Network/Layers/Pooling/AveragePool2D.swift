import Configuration
import Numerics

/// The mean of each channel under a window that moves over the pixels of an image.
package struct AveragePool2DConfig: AveragePoolingConfig {
  package static let type = "average_pool2d"
  package static let summary = "The mean under a window over the pixels of an image."
  package static let guidance = Guidance.choice(
    """
    To shrink an image whose level counts, as in LeNet-5 of 1998. To find patterns \
    max_pool2d is mostly better.
    """,
    typical: "Windows of 2×2.",
    example: #"{"type": "average_pool2d", "pool_size": 2}"#)
  package static let synonyms = [
    "average_pooling2d", "avg_pool2d", "avgpool2d", "averagepooling2d", "average_pool", "avg_pool",
  ]
  static let dimensions = 2

  var settings = PoolingSettings(dimensions: dimensions)
  var includePadding: Bool?
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = poolingKeys + [.includePadding, .name]
}
