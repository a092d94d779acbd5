import Configuration
import Datasets
import Network
import Numerics

/// The answer for one example.
package enum Prediction: Sendable, Equatable {
  /// A label, and the probability of each class in the order of the model's classes.
  case label(String, probabilities: [Float])
  /// The probability of yes for each of several targets.
  case probabilities([Float])
  /// Numbers in the units of the targets.
  case values([Double])
}

/// Runs a model over examples in batches.
package final class Predictor {
  package let model: TrainedModel
  private let pool: ThreadPool
  /// Examples waiting in memory.
  package private(set) var pending = 0

  /// - Throws: `Failure` if there is no memory for the work of the pool.
  package init(_ model: TrainedModel, pool: ThreadPool) throws {
    try pool.reserveScratch(model.memory.plan)
    self.model = model
    self.pool = pool
  }

  package var capacity: Int { model.memory.plan.rows }

  /// Where the inputs of the next example go: as many numbers as the network has inputs. They
  /// count from `commit()` on.
  ///
  /// - Precondition: `pending < capacity`.
  package var nextInputs: UnsafeMutablePointer<Float> {
    model.memory.value(model.network.input) + pending * model.network.input.shape.count
  }

  package func commit() { pending += 1 }

  /// Predicts all pending examples, in order.
  package func flush(_ body: (Prediction) throws -> Void) rethrows {
    let rows = pending
    pending = 0
    guard rows > 0 else { return }
    model.network.forward(model.memory, Pass(.evaluation, rows: rows, pool: pool))
    let width = model.network.output.shape.count
    let outputs = model.memory.value(model.network.output)
    for row in 0..<rows { try body(prediction(outputs + row * width, count: width)) }
  }

  /// Predicts all examples of a matrix, in order.
  package func predict(
    _ features: ExampleMatrix, _ body: (Prediction) throws -> Void
  ) rethrows {
    let set = ExampleSet(
      features: features, targets: nil, rows: (0..<features.count).map { Int32($0) })
    let batches = Batches(set, size: capacity)
    for batch in 0..<batches.count {
      batches.load(batch, features: nextInputs, targets: nextInputs, pool: pool)
      pending = batches.rowCount(of: batch)
      try flush(body)
    }
  }

  private func prediction(_ outputs: UnsafeMutablePointer<Float>, count: Int) -> Prediction {
    let target = model.encoding.target
    type(of: model.loss).link.apply(outputs, count: count)
    let answers = Array(UnsafeBufferPointer(start: outputs, count: count))
    guard target.classes.isEmpty else {
      let probabilities = count == 1 ? [1 - answers[0], answers[0]] : answers
      return .label(
        target.classes[chosen(by: probabilities, target)], probabilities: probabilities)
    }
    guard target.task == .regression else { return .probabilities(answers) }
    return .values(
      zip(answers, target.columns).map { $1.scale.invert(Double($0)) })
  }

  /// The index of the class that probabilities choose.
  private func chosen(by probabilities: [Float], _ target: TargetEncoding) -> Int {
    if let threshold = target.threshold { return Double(probabilities[1]) > threshold ? 1 : 0 }
    return probabilities.withUnsafeBufferPointer { values in
      values.baseAddress.map { Decision.largest($0, count: values.count) } ?? 0
    }
  }
}
