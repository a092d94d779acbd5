import Configuration
import Datasets
import Glibc
import Network
import Numerics

/// The mean cross-entropy in bits: what a token would take if the text were coded by the model
/// (Shannon 1951). A token is a character, or a byte with the tokenizer `byte`.
package struct BitsPerCharacter: Metric {
  package static let type = "bits_per_character"
  package static let summary =
    "Mean cross-entropy in bits, for each character of a text or byte of one."
  package static let guidance = Guidance.choice(
    """
    Language models of characters or bytes, to compare with papers on enwik8 and text8. \
    It is the loss in bits instead of nats: divided by ln 2.
    """,
    typical: "1.0 to 1.4 on enwik8; 2 to 3 after little training.",
    example: #""metrics": ["bits_per_character"]"#)
  package static let synonyms = ["bpc", "bits_per_byte", "bpb", "bits", "bits_per_token"]
  package static let task = LearningTask.classification
  package static let isHigherBetter = false
  package static let isForTexts = true

  package init() {}

  package static let keys: [Key<Self>] = []

  package func check(_ target: TargetEncoding, link: Link) throws(PlanError) {
    try CrossEntropyMean.check(link, of: Self.self)
  }

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    CrossEntropyAccumulator { $0 / M_LN2 }
  }
}
