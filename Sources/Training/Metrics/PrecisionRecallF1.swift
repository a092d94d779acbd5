import Configuration
import Datasets
import Network
import Numerics

/// The share of right answers among those that name a class.
package struct Precision: AveragedMetric {
  package static let type = "precision"
  package static let summary = "Share of right answers among those that name a class; 0 / 0 is 0."
  package static let guidance = Guidance.choice(
    """
    Where a false alarm is costly: spam, recommendations. Always beside recall: alone it \
    is 1 for who hardly ever says yes.
    """,
    typical: "With recall and f1.",
    example: #""metrics": ["precision", "recall"]"#)
  package static let synonyms = ["positive_predictive_value", "ppv", "precision_score"]
  static let score: @Sendable (LabelScore) -> Double = { $0.precision }

  package var average: Average?

  package init() {}

  package static let keys: [Key<Self>] = [.average]
}

/// The share of a class's examples that are found.
package struct Recall: AveragedMetric {
  package static let type = "recall"
  package static let summary = "Share of a class's examples that are found; 0 / 0 is 0."
  package static let guidance = Guidance.choice(
    """
    Where a miss is costly: illness, fraud. Always beside precision: alone it is 1 for \
    who always says yes.
    """,
    typical: "With precision and f1.",
    example: #""metrics": ["precision", "recall"]"#)
  package static let synonyms = ["sensitivity", "true_positive_rate", "tpr", "recall_score"]
  static let score: @Sendable (LabelScore) -> Double = { $0.recall }

  package var average: Average?

  package init() {}

  package static let keys: [Key<Self>] = [.average]
}

/// The harmonic mean of precision and recall.
package struct F1: AveragedMetric {
  package static let type = "f1"
  package static let summary = "Harmonic mean of precision and recall; 0 / 0 is 0."
  package static let guidance = Guidance.choice(
    """
    Rare classes, as one figure for misses and false alarms together. Where one of the \
    two costs more, look at recall and precision.
    """,
    typical: "Average macro for several classes.",
    example: #""metrics": ["accuracy", {"type": "f1", "average": "macro"}]"#)
  package static let synonyms = ["f1_score", "f_score", "f_measure", "dice"]
  static let score: @Sendable (LabelScore) -> Double = { $0.f1 }

  package var average: Average?

  package init() {}

  package static let keys: [Key<Self>] = [.average]
}

/// A figure of each class, averaged.
protocol AveragedMetric: Metric {
  /// By default that of the second class where there are two, else the mean over the classes.
  var average: Average? { get set }
  static var score: @Sendable (LabelScore) -> Double { get }
}

extension AveragedMetric {
  package static var task: LearningTask { .classification }
  package static var isHigherBetter: Bool { true }
  package static var isFraction: Bool { true }

  private func average(for target: TargetEncoding) -> Average {
    average ?? (target.isBinary ? .binary : .macro)
  }

  package func resolved(for target: TargetEncoding) -> Self {
    var metric = self
    metric.average = average(for: target)
    return metric
  }

  package func check(_ target: TargetEncoding, link: Link) throws(PlanError) {
    guard average == .binary, !target.isBinary else { return }
    let count = target.labels.count
    throw PlanError(
      key: "average", code: "contradiction",
      "the average binary needs two classes, but there are "
        + (target.isExclusive ? "\(count)" : "\(count) yes/no targets"),
      help: "use \"macro\", \"micro\" or \"weighted\"")
  }

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    ScoreAccumulator(
      LabelCounts(target, Decision(target, link: link)), average: average(for: target),
      score: Self.score)
  }
}

extension Key where Root: AveragedMetric {
  static var average: Key {
    Key(
      "average", \.average, .choice,
      help:
        "How the figures of the classes become one: binary is that of the second class of two, macro the mean over the classes, weighted that mean by their examples, micro counts all together; by default binary for two classes, else macro.",
      guidance: .choice(
        """
        binary where one of two classes is the one to find; macro where rare classes count \
        as much as frequent ones; weighted where they count by their number; micro is the \
        accuracy where every example has one class.
        """,
        typical: "binary for two classes, macro for more, as in scikit-learn's reports.",
        example: #""average": "macro""#))
  }
}

private final class ScoreAccumulator: MetricAccumulator {
  private var counts: LabelCounts
  private var weight = 0.0
  private let average: Average
  private let score: @Sendable (LabelScore) -> Double

  init(_ counts: LabelCounts, average: Average, score: @escaping @Sendable (LabelScore) -> Double) {
    self.counts = counts
    self.average = average
    self.score = score
  }

  func reset() {
    counts.reset()
    weight = 0
  }

  func add(_ answers: Answers) {
    counts.add(answers)
    for row in 0..<answers.count { weight += answers.weight(row) }
  }

  var value: Double { weight > 0 ? score(counts.score(average)) : .nan }

  func exchange(_ archive: inout StateArchive) {
    archive.within("counts") { counts.exchange(&$0) }
    archive.value("weight", &weight)
  }
}
