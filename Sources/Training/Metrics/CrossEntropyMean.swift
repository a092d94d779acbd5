import Network

/// The mean cross-entropy of answers in nats, without class weights and label smoothing, whatever the
/// loss has.
struct CrossEntropyMean: RunState {
  private let loss = CrossEntropy()
  private var sum = 0.0
  private var count = 0.0

  mutating func exchange(_ archive: inout StateArchive) {
    archive.value("sum", &sum)
    archive.value("count", &count)
  }

  mutating func reset() {
    sum = 0
    count = 0
  }

  mutating func add(_ answers: Answers) {
    for row in 0..<answers.count {
      let weight = answers.weight(row)
      sum +=
        weight
        * Double(
          loss.evaluate(
            answers.output(row), target: answers.target(row), count: answers.width, gradient: nil,
            scale: 0))
      count += weight
    }
  }

  var value: Double { count > 0 ? sum / count : .nan }

  /// Whether the outputs are those that the loss takes.
  static func check(_ link: Link, of metric: any Metric.Type) throws(PlanError) {
    guard link == .softmax else {
      throw PlanError(
        code: "task", "\(metric.type) needs the probabilities of the loss \(CrossEntropy.type)",
        help: "use that loss, or leave the metric out")
    }
  }
}
