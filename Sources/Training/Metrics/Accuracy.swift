import Configuration
import Datasets
import Network
import Numerics

/// The share of examples whose class is predicted; for several yes/no targets, of all answers.
package struct Accuracy: Metric {
  package static let type = "accuracy"
  package static let summary = "Share of right predictions."
  package static let guidance = Guidance.choice(
    """
    Classes of about equal size. Where one is rare it flatters: always saying no is \
    right 99 times of 100. Then f1, recall or roc_auc.
    """,
    typical: "The first figure of every classifier.",
    example: #""metrics": ["accuracy"]"#)
  package static let synonyms = [
    "acc", "categorical_accuracy", "binary_accuracy", "sparse_categorical_accuracy",
  ]
  package static let task = LearningTask.classification
  package static let isHigherBetter = true
  package static let isFraction = true

  package init() {}

  package static let keys: [Key<Self>] = []

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    AccuracyAccumulator(
      isExclusive: target.isExclusive, decision: Decision(target, link: link))
  }
}

private final class AccuracyAccumulator: MetricAccumulator {
  private let isExclusive: Bool
  private let decision: Decision
  private var right = 0.0
  private var count = 0.0

  init(isExclusive: Bool, decision: Decision) {
    self.isExclusive = isExclusive
    self.decision = decision
  }

  func reset() {
    right = 0
    count = 0
  }

  func add(_ answers: Answers) {
    let width = answers.width
    for row in 0..<answers.count {
      let (output, target) = (answers.output(row), answers.target(row))
      let weight = answers.weight(row)
      if isExclusive {
        if decision.label(output, count: width) == Int(target[0]) { right += weight }
        count += weight
      } else {
        for index in 0..<width
        where decision.isYes(output[index]) == Decision.isActual(target[index]) { right += weight }
        count += weight * Double(width)
      }
    }
  }

  var value: Double { count > 0 ? right / count : .nan }

  func exchange(_ archive: inout StateArchive) {
    archive.value("right", &right)
    archive.value("count", &count)
  }
}
