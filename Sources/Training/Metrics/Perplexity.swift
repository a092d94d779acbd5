import Configuration
import Datasets
import Glibc
import Network
import Numerics

/// `exp` of the mean cross-entropy: the number of equally probable classes that would be as hard to
/// guess. Without class weights and label smoothing, whatever the loss has.
package struct Perplexity: Metric {
  package static let type = "perplexity"
  package static let summary =
    "Exponential of the mean cross-entropy, without class weights and label smoothing."
  package static let guidance = Guidance.choice(
    """
    Language models of words and tokens, to compare with papers. Only comparable for the \
    same tokens: of characters and words it means different things.
    """,
    typical: "Beside the loss of a text.",
    example: #""metrics": ["perplexity"]"#)
  package static let synonyms = ["ppl"]
  package static let task = LearningTask.classification
  package static let isHigherBetter = false

  package init() {}

  package static let keys: [Key<Self>] = []

  package func check(_ target: TargetEncoding, link: Link) throws(PlanError) {
    try CrossEntropyMean.check(link, of: Self.self)
  }

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    CrossEntropyAccumulator { exp($0) }
  }
}

/// A figure that is a function of the mean cross-entropy.
final class CrossEntropyAccumulator: MetricAccumulator {
  private var mean = CrossEntropyMean()
  private let figure: (Double) -> Double

  /// - Parameter figure: of the mean in nats.
  init(_ figure: @escaping (Double) -> Double) { self.figure = figure }

  func reset() { mean.reset() }

  func add(_ answers: Answers) { mean.add(answers) }

  var value: Double { figure(mean.value) }

  func exchange(_ archive: inout StateArchive) {
    archive.within("mean") { mean.exchange(&$0) }
  }
}
