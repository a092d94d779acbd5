import Configuration
import Numerics

/// The mean of each channel under a window that moves over the steps of a sequence.
package struct AveragePool1DConfig: AveragePoolingConfig {
  package static let type = "average_pool1d"
  package static let summary = "The mean under a window over the steps of a sequence."
  package static let guidance = Guidance.choice(
    "To smooth and shorten a sequence whose level counts. To find patterns: max_pool1d.",
    typical: "Windows of 2 to 4.",
    example: #"{"type": "average_pool1d", "pool_size": 2}"#)
  package static let synonyms = [
    "average_pooling1d", "avg_pool1d", "avgpool1d", "averagepooling1d",
  ]
  static let dimensions = 1

  var settings = PoolingSettings(dimensions: dimensions)
  var includePadding: Bool?
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = poolingKeys + [.includePadding, .name]
}
