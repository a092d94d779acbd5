import Configuration
import Datasets
import Network
import Numerics

/// Runs a model over examples in batches.
package final class Predictor {
  package let model: TrainedModel
  package let pool: ThreadPool
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

  package func commit(_ count: Int = 1) { pending += count }

  /// Runs the network over all pending examples.
  ///
  /// - Parameter body: gets their outputs, a row of them for each; `prediction` says what a row means.
  package func flushOutputs(
    _ body: (_ outputs: UnsafeMutablePointer<Float>, _ rows: Int) throws -> Void
  ) rethrows {
    let rows = pending
    pending = 0
    guard rows > 0 else { return }
    model.network.forward(model.memory, Pass(.evaluation, rows: rows, pool: pool))
    try body(model.memory.value(model.network.output), rows)
  }

  /// Predicts all pending examples, in order.
  ///
  /// - Precondition: the model is not one of texts, whose outputs are those of each position.
  package func flush(_ body: (Prediction) throws -> Void) rethrows {
    try flushOutputs { outputs, rows in
      for row in 0..<rows { try body(prediction(outputs + row * outputCount)) }
    }
  }

  /// The inputs of each example.
  package var inputCount: Int { model.network.input.shape.count }

  /// The outputs of each example.
  package var outputCount: Int { model.network.output.shape.count }

  /// What the outputs of an example say; any thread may ask.
  package func prediction(_ outputs: UnsafeMutablePointer<Float>) -> Prediction {
    prediction(outputs, count: outputCount)
  }

  /// Runs the network over all examples of a matrix, in order.
  ///
  /// - Parameter body: gets the outputs of a batch, as from `flushOutputs`.
  package func outputs(
    of features: ExampleMatrix,
    _ body: (_ outputs: UnsafeMutablePointer<Float>, _ rows: Int) throws -> Void
  ) rethrows {
    let set = ExampleSet(
      features: features, targets: nil, rows: (0..<features.count).map { Int32($0) })
    let batches = Batches(set, size: capacity)
    for batch in 0..<batches.count {
      batches.load(batch, features: nextInputs, targets: nextInputs, pool: pool)
      pending = batches.rowCount(of: batch)
      try flushOutputs(body)
    }
  }

  private func prediction(_ outputs: UnsafeMutablePointer<Float>, count: Int) -> Prediction {
    Prediction(
      outputs: outputs, count: count, link: type(of: model.loss).link,
      target: model.encoding.target)
  }
}
