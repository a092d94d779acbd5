import Datasets
import Network

/// The answer for one example.
package enum Prediction: Sendable, Equatable {
  /// A label, and the probability of each class in the order of the model's classes.
  case label(String, probabilities: [Float])
  /// The labels that hold, and the probability of each in the order of the model's labels.
  case labels([String], probabilities: [Float])
  /// The probability of yes for each of several targets.
  case probabilities([Float])
  /// Numbers in the units of the targets.
  case values([Double])
}

extension Prediction {
  /// Turns what a network says of one example into its answer.
  ///
  /// - Parameter outputs: before the link, which may be applied to them.
  init(
    outputs: UnsafeMutablePointer<Float>, count: Int, link: Link, target: TargetEncoding
  ) {
    // By what metrics decide by: probabilities may round to equal ones.
    let label =
      target.classes.isEmpty ? nil : Decision(target, link: link).label(outputs, count: count)
    if let label {
      let classes = target.classes.count
      let probabilities = [Float](unsafeUninitializedCapacity: classes) { buffer, length in
        if let first = buffer.baseAddress {
          link.classProbabilities(outputs, count: count, into: first, classes: classes)
        }
        length = classes
      }
      self = .label(target.classes[label], probabilities: probabilities)
      return
    }
    let labels = target.list.map { _ in
      let decision = Decision(target, link: link)
      return target.columns.enumerated().filter { decision.isYes(outputs[$0.offset]) }.map(
        \.element.name)
    }
    link.apply(outputs, count: count)
    let answers = Array(UnsafeBufferPointer(start: outputs, count: count))
    if target.task == .regression {
      self = .values(zip(answers, target.columns).map { $1.scale.invert(Double($0)) })
    } else if let labels {
      self = .labels(labels, probabilities: answers)
    } else {
      self = .probabilities(answers)
    }
  }

  /// The answers for each of so many rows.
  package func rows(_ count: Int) -> [Prediction] {
    guard case .values(let values) = self else { return [self] }
    let width = values.count / count
    return (0..<count).map { .values(Array(values[$0 * width..<($0 + 1) * width])) }
  }
}
