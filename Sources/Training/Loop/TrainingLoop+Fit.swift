import Configuration
import Datasets
import Glibc
import Network
import Numerics

/// Whether a run whose numbers stayed finite came to anything.
extension TrainingLoop {
  /// What the loss of a constant answer is multiplied by: beyond that, numbers have run away.
  private static let tolerance = 10.0
  /// The answers that a constant is taken of, at most: each may be one among all words of a language.
  private static let mostSampled = 1_000

  /// What to say of a model that is far worse than a constant answer, and worse than the one that training began with.
  /// One that merely learned little, or not for long, is better than that.
  ///
  /// - Parameter train: the figures of the model on the training part.
  func warning(ofFit train: Figures?) -> Diagnostic? {
    guard let loss = train?.loss, let set = sets[.train] else { return nil }
    let step = max(1, set.count * plan.positions / Self.mostSampled)
    let examples = stride(from: 0, to: set.count, by: step).map(set.row(of:))
    // A loss may be negative, as that of Poisson is.
    guard let constant = lossOfConstant(set, examples),
      loss > Self.tolerance * abs(constant)
    else { return nil }
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
    guard let targets = set.targets else { return nil }
    let target = plan.data.encoding.target
    let width = target.width
    let values = examples.flatMap(targets.values(of:))
    let count = values.count / width
    // That of an example is the last number of its target.
    let weights = (0..<count).map {
      target.isWeighted ? Double(values[$0 * width + width - 1]) : 1
    }
    let outputs = constantAnswer(to: values, width: width, weights)
    var (sum, weight) = (0.0, 0.0)
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for (index, ofExample) in weights.enumerated() {
        let target = first + index * width
        sum +=
          ofExample
          * Double(
            plan.loss.evaluate(
              outputs, target: target, count: outputs.count, gradient: nil, scale: 0))
        weight += ofExample * Double(plan.loss.weight(of: target))
      }
    }
    return weight > 0 ? sum / weight : nil
  }

  private func constantAnswer(to targets: [Float], width: Int, _ weights: [Double]) -> [Float] {
    let outputs = plan.network.output.shape.count / plan.positions
    guard plan.data.task == .regression else { return Array(repeating: 0, count: outputs) }
    let total = weights.reduce(0, +)
    let isLogarithm = type(of: plan.loss).link == .exponential
    return (0..<outputs).map { column in
      let sum = weights.enumerated().reduce(0) {
        $0 + $1.element * Double(targets[$1.offset * width + column])
      }
      let mean = Float(sum / total)
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
