import Configuration
import Datasets
import Network
import Numerics

/// The share of examples whose class is predicted; for several yes/no targets, of all answers.
package struct Accuracy: Metric {
  package static let type = "accuracy"
  package static let summary = "Share of right predictions."
  package static let synonyms = ["acc", "categorical_accuracy", "binary_accuracy"]
  package static let task = LearningTask.classification
  package static let isHigherBetter = true
  package static let isFraction = true

  package init() {}

  package static let keys: [Key<Self>] = []

  package func makeAccumulator(_ target: TargetEncoding, link: Link) -> any MetricAccumulator {
    AccuracyAccumulator(isClass: !target.classes.isEmpty)
  }
}

private final class AccuracyAccumulator: MetricAccumulator {
  private let isClass: Bool
  private var right = 0
  private var count = 0

  init(isClass: Bool) { self.isClass = isClass }

  func reset() {
    right = 0
    count = 0
  }

  func add(
    outputs: UnsafePointer<Float>, width: Int, targets: UnsafePointer<Float>, targetWidth: Int,
    rows: Int
  ) {
    for row in 0..<rows {
      let output = outputs + row * width
      let target = targets + row * targetWidth
      if isClass, width > 1 {
        if Decision.largest(output, count: width) == Int(target[0]) { right += 1 }
        count += 1
      } else {
        for index in 0..<width where (output[index] > 0) == (target[index] > 0.5) { right += 1 }
        count += width
      }
    }
  }

  var value: Double { count > 0 ? Double(right) / Double(count) : .nan }
}

/// How outputs become answers.
enum Decision {
  /// The index of the largest output, the first of equals.
  static func largest(_ outputs: UnsafePointer<Float>, count: Int) -> Int {
    var best = 0
    for index in 1..<max(1, count) where outputs[index] > outputs[best] { best = index }
    return best
  }
}
