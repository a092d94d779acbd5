import Configuration
import Numerics

/// A text by the bucket that its hash falls into (Weinberger et al., Feature Hashing for Large Scale Multitask Learning,
/// ICML 2009): texts that training has not seen have one as well, and some texts share theirs.
package struct HashFeature: FeatureEncoding {
  package static let type = "hash"
  package static let summary = "A text by the bucket of its hash, one-hot or a learned vector."

  package var name = ""
  package var buckets = 2
  /// Of the vector that is learned for each bucket; `nil` for one-hot.
  package var dimensions: Int?
  /// The text that stands in for a missing one; `nil` makes it an error.
  package var missingValue: String?
  package var hasIndicator = false

  package init() {}

  package static let keys: [Key<Self>] = [
    Key("name", \.name, .string(), help: "The column."),
    .integer("buckets", \.buckets, in: .between(2, 1_000_000_000), help: "How many there are."),
    .integer(
      "dimensions", \.dimensions, in: .between(1, 1_000_000),
      help: "Of the vector for each bucket; without it they are one-hot."),
    Key("missing_value", \.missingValue, .anyString, help: "Stands in for a missing text."),
    .boolean("indicator", \.hasIndicator, help: "Whether a last input says that it is missing."),
  ]

  package var width: Int { hasIndicator ? 2 : 1 }
  package var holdsIndex: Bool { true }
  package var standsInForMissing: Bool { missingValue != nil }

  package var segments: [InputLayout.Segment] {
    let bucket: InputLayout.Segment =
      dimensions.map { .embedding(table: name, categories: buckets, dimensions: $0) }
      ?? .oneHot(buckets)
    return [bucket] + (hasIndicator ? [.numbers(1)] : [])
  }

  func bucket(of text: String) -> Int { Int(StableHash.hash(text) % UInt64(buckets)) }

  /// What a row without a text has; below 0, which is nothing, where that is an error.
  var bucketOfMissing: Int { missingValue.map(bucket) ?? -1 }
}
