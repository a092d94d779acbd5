import Configuration
import Datasets
import Network
import Numerics

/// The share of examples of which all labels are right.
package struct ExactMatch: LabelSetMetric {
  package static let type = "exact_match"
  package static let summary =
    "Share of examples of which every label is right, for several yes/no targets."
  package static let guidance = Guidance.choice(
    """
    Several labels that may hold at once, where a half right answer is of no use. With many \
    labels it is small for good models too: look at jaccard beside it. Accuracy is the \
    share of all single answers, and high where labels are rare.
    """,
    typical: "Beside f1 and jaccard.",
    example: #""metrics": ["exact_match", "jaccard"]"#)
  package static let synonyms = ["subset_accuracy", "exact_match_ratio"]
  static let score: @Sendable (LabelSets) -> Double = { $0.areEqual ? 1 : 0 }

  package init() {}

  package static let keys: [Key<Self>] = []
}

/// Of the labels that are there or answered, the share of those that are both, on average (Jaccard 1912).
package struct Jaccard: LabelSetMetric {
  package static let type = "jaccard"
  package static let summary =
    "Labels that are right among those that are there or answered, the mean over examples; 1 where there are none."
  package static let guidance = Guidance.choice(
    """
    Several labels that may hold at once: how much of a set of tags is right, whatever the \
    labels are that it lacks rightly.
    """,
    typical: "Tags of texts and images.",
    example: #""metrics": ["jaccard", {"type": "f1", "average": "micro"}]"#)
  package static let synonyms = ["jaccard_score", "iou", "intersection_over_union"]
  static let score: @Sendable (LabelSets) -> Double = { $0.overlap }

  package init() {}

  package static let keys: [Key<Self>] = []
}

/// The labels of one example: how many are there or answered, how many both.
struct LabelSets {
  var either = 0
  var both = 0

  var areEqual: Bool { either == both }
  var overlap: Double { either > 0 ? Double(both) / Double(either) : 1 }
}

/// A figure of each example's labels as a set, averaged over the examples.
protocol LabelSetMetric: Metric {
  static var score: @Sendable (LabelSets) -> Double { get }
}

extension LabelSetMetric {
  package static var task: LearningTask { .classification }
  package static var isHigherBetter: Bool { true }
  package static var isFraction: Bool { true }

  package func check(_ target: TargetEncoding, link: Link) throws(PlanError) {
    guard !target.isExclusive, target.columns.count > 1 else {
      throw PlanError(
        code: "task", "\(Self.type) needs several yes/no targets", help: "use \"\(Accuracy.type)\"")
    }
  }

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    LabelSetAccumulator(Decision(target, link: link), score: Self.score)
  }
}

private final class LabelSetAccumulator: MetricAccumulator {
  private let decision: Decision
  private let score: @Sendable (LabelSets) -> Double
  private var sum = 0.0
  private var weight = 0.0

  init(_ decision: Decision, score: @escaping @Sendable (LabelSets) -> Double) {
    self.decision = decision
    self.score = score
  }

  func reset() {
    sum = 0
    weight = 0
  }

  func add(_ answers: Answers) {
    for row in 0..<answers.count {
      let (output, target) = (answers.output(row), answers.target(row))
      var sets = LabelSets()
      for label in 0..<answers.width {
        let (answer, truth) = (decision.isYes(output[label]), Decision.isActual(target[label]))
        if answer || truth { sets.either += 1 }
        if answer && truth { sets.both += 1 }
      }
      sum += answers.weight(row) * score(sets)
      weight += answers.weight(row)
    }
  }

  var value: Double { weight > 0 ? sum / weight : .nan }

  func exchange(_ archive: inout StateArchive) {
    archive.value("sum", &sum)
    archive.value("weight", &weight)
  }
}
