import Configuration
import Datasets
import Glibc
import Network
import Numerics

/// Whether a run whose numbers stayed finite came to anything.
extension TrainingLoop {
  /// What the loss of a constant answer is multiplied by: beyond that, numbers have run away.
  private static let tolerance = 10.0
  /// The examples that a constant is taken of, at most.
  private static let mostSampled = 10_000

  /// What to say of a model that is far worse than a constant answer, and worse than the one that training began with.
  /// One that merely learned little, or not for long, is better than that.
  ///
  /// - Parameter train: the figures of the model on the training part.
  func warning(ofFit train: Figures?) -> Diagnostic? {
    guard let loss = train?.loss, let set = sets[.train] else { return nil }
    let step = max(1, set.count / Self.mostSampled)
    let examples = stride(from: 0, to: set.count, by: step).map(set.row(of:))
    guard let constant = lossOfConstant(set, examples), loss > Self.tolerance * constant else {
      return nil
    }
    let first = lossOfFirstValues(set)
    guard loss > first else { return nil }
    return Diagnostic(
      .warning, .data, code: "worse-than-constant",
      "the model is far worse than a constant answer: its loss on the training part is \(Self.text(loss)), that of the constant \(Self.text(constant)), and training began with \(Self.text(first))",
      help: finder.advice(of: examples))
  }

  private static func text(_ loss: Double) -> String {
    loss.isFinite ? Float(loss).text : "infinite"
  }

  /// The loss of the mean, or of classes of which none is likelier.
  private func lossOfConstant(_ set: ExampleSet, _ examples: [Int32]) -> Double? {
    guard let targets = set.targets, !examples.isEmpty else { return nil }
    let width = plan.data.encoding.target.width
    let values = examples.flatMap(targets.values(of:))
    let outputs = constantAnswer(to: values, width: width)
    var (sum, weight) = (0.0, 0.0)
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for index in 0..<values.count / width {
        let target = first + index * width
        sum += Double(
          plan.loss.evaluate(
            outputs, target: target, count: outputs.count, gradient: nil, scale: 0))
        weight += Double(plan.loss.weight(of: target))
      }
    }
    return weight > 0 ? sum / weight : nil
  }

  private func constantAnswer(to targets: [Float], width: Int) -> [Float] {
    let outputs = plan.network.output.shape.count / plan.positions
    guard plan.data.task == .regression else { return Array(repeating: 0, count: outputs) }
    let count = targets.count / width
    let isLogarithm = type(of: plan.loss).link == .exponential
    return (0..<outputs).map { column in
      let sum = (0..<count).reduce(0.0) { $0 + Double(targets[$1 * width + column]) }
      let mean = Float(sum / Double(count))
      return isLogarithm ? logf(max(mean, .leastNormalMagnitude)) : mean
    }
  }

  /// The loss that the model had before the first iteration.
  private func lossOfFirstValues(_ set: ExampleSet) -> Double {
    let model = Array(memory.model)
    defer { _ = memory.model.update(fromContentsOf: model) }
    setFirstValues()
    return evaluator.evaluate(set).loss
  }
}
