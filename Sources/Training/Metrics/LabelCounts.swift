import Datasets

/// How often each label was predicted, was there, and was both, each answer as often as it weighs.
struct LabelCounts: RunState {
  private(set) var predicted: [Double]
  private(set) var actual: [Double]
  private(set) var right: [Double]
  /// Whether an example has exactly one label.
  let isExclusive: Bool
  private let decision: Decision

  init(_ target: TargetEncoding, _ decision: Decision) {
    isExclusive = target.isExclusive
    self.decision = decision
    let zeros = [Double](repeating: 0, count: target.labels.count)
    (predicted, actual, right) = (zeros, zeros, zeros)
  }

  mutating func exchange(_ archive: inout StateArchive) {
    archive.values("predicted", &predicted)
    archive.values("actual", &actual)
    archive.values("right", &right)
  }

  mutating func reset() {
    for label in actual.indices {
      predicted[label] = 0
      actual[label] = 0
      right[label] = 0
    }
  }

  mutating func add(_ answers: Answers) {
    for row in 0..<answers.count {
      add(
        answers.output(row), width: answers.width, target: answers.target(row),
        weight: answers.weight(row))
    }
  }

  /// - Parameters:
  ///   - outputs: of one example, before the link.
  ///   - target: of the same.
  private mutating func add(
    _ outputs: UnsafePointer<Float>, width: Int, target: UnsafePointer<Float>, weight: Double
  ) {
    if isExclusive {
      let answer = decision.label(outputs, count: width)
      let label = Int(target[0])
      predicted[answer] += weight
      actual[label] += weight
      if answer == label { right[label] += weight }
      return
    }
    for label in 0..<width {
      let (answer, truth) = (decision.isYes(outputs[label]), Decision.isActual(target[label]))
      if answer { predicted[label] += weight }
      if truth { actual[label] += weight }
      if answer && truth { right[label] += weight }
    }
  }

  func score(of label: Int) -> LabelScore {
    LabelScore(predicted: predicted[label], actual: actual[label], right: right[label])
  }

  /// One score for all labels.
  func score(_ average: Average) -> LabelScore {
    switch average {
    case .binary:
      return score(of: actual.count - 1)
    case .micro:
      let (predicted, actual) = (self.predicted.reduce(0, +), self.actual.reduce(0, +))
      return LabelScore(predicted: predicted, actual: actual, right: right.reduce(0, +))
    case .macro, .weighted:
      var mean = LabelScore(precision: 0, recall: 0, f1: 0, support: 0)
      var total = 0.0
      for label in actual.indices {
        // As scikit-learn, of classes only those that occur: the mean is over what was to be seen.
        if isExclusive, actual[label] + predicted[label] == 0 { continue }
        let score = score(of: label)
        let weight = average == .macro ? 1 : score.support
        mean.precision += weight * score.precision
        mean.recall += weight * score.recall
        mean.f1 += weight * score.f1
        mean.support += score.support
        total += weight
      }
      guard total > 0 else { return mean }
      mean.precision /= total
      mean.recall /= total
      mean.f1 /= total
      return mean
    }
  }
}

/// How well one label is told from the others; quotients 0 / 0 are 0.
package struct LabelScore: Sendable, Equatable {
  /// The share of right answers among those that name the label.
  package var precision: Double
  /// The share of the label's examples that are found.
  package var recall: Double
  /// The harmonic mean of both.
  package var f1: Double
  /// The examples that have the label, or what they weigh.
  package var support: Double

  init(precision: Double, recall: Double, f1: Double, support: Double) {
    self.precision = precision
    self.recall = recall
    self.f1 = f1
    self.support = support
  }

  init(predicted: Double, actual: Double, right: Double) {
    func share(_ part: Double, of whole: Double) -> Double { whole > 0 ? part / whole : 0 }
    self.init(
      precision: share(right, of: predicted), recall: share(right, of: actual),
      f1: share(2 * right, of: predicted + actual), support: actual)
  }
}

/// How the scores of several labels become one; the names are scikit-learn's.
package enum Average: String, CaseIterable, Sendable {
  /// That of the second of two classes.
  case binary
  /// The mean over the labels.
  case macro
  /// Of the counts of all labels together.
  case micro
  /// The mean weighted by the examples of each label.
  case weighted
}
