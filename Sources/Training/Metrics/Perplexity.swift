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
  package static let synonyms = ["ppl"]
  package static let task = LearningTask.classification
  package static let isHigherBetter = false

  package init() {}

  package static let keys: [Key<Self>] = []

  package func check(_ target: TargetEncoding, link: Link) throws(PlanError) {
    guard link == .softmax else {
      throw PlanError(
        code: "task", "\(Self.type) needs the probabilities of the loss \(CrossEntropy.type)",
        help: "use that loss, or leave the metric out")
    }
  }

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    PerplexityAccumulator()
  }
}

private final class PerplexityAccumulator: MetricAccumulator {
  private let loss = CrossEntropy()
  private var sum = 0.0
  private var count = 0

  func reset() {
    sum = 0
    count = 0
  }

  func add(
    outputs: UnsafePointer<Float>, width: Int, targets: UnsafePointer<Float>, targetWidth: Int,
    rows: Int
  ) {
    for row in 0..<rows {
      sum += Double(
        loss.evaluate(
          outputs + row * width, target: targets + row * targetWidth, count: width, gradient: nil,
          scale: 0))
    }
    count += rows
  }

  var value: Double { count > 0 ? exp(sum / Double(count)) : .nan }
}
