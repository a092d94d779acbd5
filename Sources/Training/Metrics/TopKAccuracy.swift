import Configuration
import Datasets
import Network
import Numerics

/// The share of examples whose class is among the k largest outputs, the first of equals. With k = 1
/// it is the accuracy, unless a threshold decides.
package struct TopKAccuracy: Metric {
  package static let type = "top_k_accuracy"
  package static let summary = "Share of examples whose class is among the k most probable."
  package static let guidance = Guidance.choice(
    """
    Many classes that resemble each other, and answers of which a few are shown. Not for \
    fewer than about six classes.
    """,
    typical: "k 5 for a hundred classes and more.",
    example: #""metrics": ["accuracy", {"type": "top_k_accuracy", "k": 3}]"#)
  package static let synonyms = ["top_k", "topk", "top_5_accuracy", "top_k_categorical_accuracy"]
  package static let task = LearningTask.classification
  package static let isHigherBetter = true
  package static let isFraction = true

  package var k = 5

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "k", \.k, in: .between(1, 1_000_000_000), synonyms: ["top_k"],
      help: "How many classes may be named; fewer than there are.",
      guidance: .amount(
        tooLow: "At 1 it is the accuracy, and says nothing new.",
        tooHigh: "Near the number of classes it is always almost 1.",
        typical: "5 of 1,000 classes of ImageNet; 2 or 3 of ten.",
        example: #""k": 3"#))
  ]

  package func check(_ target: TargetEncoding, link: Link) throws(PlanError) {
    guard target.isExclusive else {
      throw PlanError(
        code: "task", "\(Self.type) needs classes, but the targets are yes/no numbers",
        help: "use \"\(Accuracy.type)\"")
    }
    guard link != .sequential || target.isBinary else {
      throw PlanError(
        code: "task",
        "\(Self.type) ranks an output for each class, which the loss \(Ordinal.type) has not",
        help: "use \"\(RankError.type)\"")
    }
    guard k < target.classes.count else {
      throw PlanError(
        key: "k", code: "out-of-range",
        "\(Self.type) with k \(k) is always 1 for \(target.classes.count) classes",
        help:
          "write {\"type\": \"\(Self.type)\", \"k\": …} with k at most \(target.classes.count - 1)")
    }
  }

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    TopKAccumulator(k: k)
  }
}

private final class TopKAccumulator: MetricAccumulator {
  private let k: Int
  private var right = 0.0
  private var count = 0.0

  init(k: Int) { self.k = k }

  func reset() {
    right = 0
    count = 0
  }

  func add(_ answers: Answers) {
    let width = answers.width
    for row in 0..<answers.count {
      let output = answers.output(row)
      let label = Int(answers.target(row)[0])
      let isRight =
        width == 1
        ? k > 1 || (output[0] > 0) == (label == 1)
        : Self.rank(of: label, output, count: width) < k
      let weight = answers.weight(row)
      if isRight { right += weight }
      count += weight
    }
  }

  /// How many classes come before one; those that are not a number do.
  private static func rank(of label: Int, _ outputs: UnsafePointer<Float>, count: Int) -> Int {
    let own = outputs[label]
    var rank = 0
    for index in 0..<label where !(outputs[index] < own) { rank += 1 }
    for index in label + 1..<max(label + 1, count) where !(outputs[index] <= own) { rank += 1 }
    return rank
  }

  var value: Double { count > 0 ? right / count : .nan }

  func exchange(_ archive: inout StateArchive) {
    archive.value("right", &right)
    archive.value("count", &count)
  }
}
