import Datasets
import Network
import Numerics

/// Answers to examples, looked at one by one: which were the worst, and some that stand for all.
package struct ExaminedAnswers: Sendable {
  package struct Answer: Sendable {
    /// The number of the example in its file.
    package let example: Int32
    /// The mean of its answers, each times its weight.
    package let loss: Float
    package let prediction: Prediction
    /// What is right, as the network sees it: the index of a class, or a number for each output.
    package let target: [Float]
    package let weight: Float
  }

  /// The answers with the largest losses, the largest first.
  package private(set) var worst: [Answer] = []
  /// Answers at equal distances, in the order of the set; all of a small one.
  package private(set) var sample: [Answer] = []
  package let count: Int

  private let mostWorst: Int
  private let step: Int
  private var seen = 0

  /// - Parameters:
  ///   - count: of the examples.
  ///   - worst: how many of the worst are kept.
  ///   - sample: how many at most stand for all.
  init(count: Int, worst: Int, sample: Int) {
    self.count = count
    mostWorst = worst
    step = max(1, (count + sample - 1) / max(1, sample))
  }

  mutating func add(_ batch: EvaluatedBatch, _ target: TargetEncoding, link: Link, positions: Int) {
    let answers = batch.answers
    for (index, example) in batch.rows.enumerated() {
      let losses = UnsafeBufferPointer(start: batch.losses + index * positions, count: positions)
      let loss = losses.reduce(0, +) / Float(positions)
      let isSampled = seen % step == 0
      seen += 1
      let isBad = worst.count < mostWorst || (worst.last.map { loss > $0.loss } ?? false)
      // Of sequences the answers are too many to keep.
      guard positions == 1, isSampled || isBad else { continue }
      let answer = Answer(
        example: example, loss: loss,
        prediction: Self.prediction(answers, index, target, link),
        target: Self.target(answers, index, target), weight: Float(answers.weight(index)))
      if isSampled { sample.append(answer) }
      guard isBad, answer.weight > 0 else { continue }
      let place = worst.firstIndex { $0.loss < loss } ?? worst.count
      worst.insert(answer, at: place)
      if worst.count > mostWorst { worst.removeLast() }
    }
  }

  private static func prediction(
    _ answers: Answers, _ index: Int, _ target: TargetEncoding, _ link: Link
  ) -> Prediction {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: answers.width) { outputs in
      guard let first = outputs.baseAddress else { return .values([]) }
      first.initialize(from: answers.output(index), count: answers.width)
      return Prediction(outputs: first, count: answers.width, link: link, target: target)
    }
  }

  private static func target(_ answers: Answers, _ index: Int, _ target: TargetEncoding) -> [Float]
  {
    let count = target.kind.width
    return Array(UnsafeBufferPointer(start: answers.target(index), count: count))
  }
}

extension Evaluator {
  /// The figures of a set, for classes the report on them, and the answers one by one.
  package func examine(
    _ set: ExampleSet, of part: Part?, worst: Int, sample: Int
  ) -> (figures: Figures, report: ClassificationReport?, answers: ExaminedAnswers) {
    var answers = ExaminedAnswers(count: set.count, worst: worst, sample: sample)
    let link = type(of: plan.loss).link
    let (figures, report) = self.report(on: set, of: part) { [plan] batch in
      answers.add(batch, plan.target, link: link, positions: plan.positions)
    }
    return (figures, report, answers)
  }
}
