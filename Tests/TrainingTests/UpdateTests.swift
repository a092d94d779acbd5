import Configuration
import Datasets
import Numerics
import TestSupport
import Testing
import Training

/// What happens between gradients and parameters: accumulation, penalties, clipping.
@Suite struct UpdateTests {
  private static let layers = """
    {"type": "dense", "units": 20, "activation": "tanh"}, {"type": "dense"}
    """

  /// One update by plain gradient descent from the same start, as a change of the parameters.
  private func change(_ training: String, layers: String = layers) throws -> (
    before: [Float], change: [Double]
  ) {
    let run = try SampleRun(
      layers: layers,
      training: """
        , "shuffle": false, "max_iterations": 1,
        "optimizer": {"type": "sgd", "learning_rate": 1}
        """ + training, epochs: 1)
    let loop = try run.loop(ThreadPool(threads: 2))
    let before = Array(loop.memory.parameters)
    _ = try loop.run(TrainingLoop.Observer())
    return (before, zip(loop.memory.parameters, before).map { Double($0) - Double($1) })
  }

  /// The last update of an epoch is made of 16 examples; with weights no two batches weigh the same.
  @Test(arguments: [
    #""cross_entropy""#, #"{"type": "cross_entropy", "class_weights": {"x": 4, "y": 0.5}}"#,
    #"{"type": "binary_cross_entropy", "class_weights": {"x": 0}}"#,
  ])
  func fourBatchesOf16EqualOneOf64(loss: String) throws {
    let training = #", "loss": \#(loss)"#
    let small = try SampleRun(
      layers: Self.layers, training: training + #", "gradient_accumulation": 4"#, rows: 144,
      batchSize: 16)
    let large = try SampleRun(layers: Self.layers, training: training, rows: 144, batchSize: 64)
    let results = try [small, large].map { run in
      let loop = try run.loop(ThreadPool(threads: 2))
      _ = try loop.run(TrainingLoop.Observer())
      return Array(loop.memory.parameters)
    }
    #expect(largestError(of: results[0], against: results[1].map { Double($0) }) < 1e-6)
  }

  @Test func penaltiesPullKernelsOnly() throws {
    let plain = try change("")
    let penalized = try change(#", "regularization": {"l1": 0.01, "l2": 0.05}"#)
    #expect(plain.before == penalized.before)
    var kernels = 0
    for index in plain.before.indices {
      let weight = Double(plain.before[index])
      // Biases are zero at first, so that a pull on them would show only as no pull on zero.
      let pull = 0.01 * (weight > 0 ? 1 : weight < 0 ? -1 : 0) + 2 * 0.05 * weight
      #expect(abs(penalized.change[index] - (plain.change[index] - pull)) < 1e-6)
      if weight != 0 { kernels += 1 }
    }
    #expect(kernels == 5 * 20 + 20 * 2)
  }

  @Test func aLayersOwnPenaltyWins() throws {
    let layers = """
      {"type": "dense", "units": 20, "activation": "tanh", "l2": 0}, {"type": "dense", "l1": 0.5}
      """
    let own = try change(#", "regularization": {"l2": 0.05}"#, layers: layers)
    let plain = try change("")
    let first = 5 * 20
    #expect(own.change[..<first] == plain.change[..<first])
    #expect(own.change[first...] != plain.change[first...])
  }

  @Test func theNormIsBounded() throws {
    func norm(_ change: [Double]) -> Double { change.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let plain = try change("")
    let clipped = try change(#", "gradient_clipping": {"type": "norm", "threshold": 0.01}"#)
    #expect(norm(plain.change) > 0.02)
    #expect(abs(norm(clipped.change) - 0.01) < 1e-5)
    let factor = 0.01 / (norm(plain.change) + 1e-6)
    for (bounded, free) in zip(clipped.change, plain.change) {
      #expect(abs(bounded - free * factor) < 1e-6)
    }
    let loose = try change(#", "gradient_clipping": {"threshold": 100}"#)
    #expect(loose.change == plain.change)
  }

  @Test func eachValueIsBounded() throws {
    let plain = try change("")
    let clipped = try change(#", "gradient_clipping": {"type": "value", "threshold": 0.002}"#)
    #expect(plain.change.contains { abs($0) > 0.002 })
    for (bounded, free) in zip(clipped.change, plain.change) {
      #expect(abs(bounded - min(0.002, max(-0.002, free))) < 1e-6)
    }
  }

  @Test func schedulesSetTheRateOfEachUpdate() throws {
    let run = try SampleRun(
      layers: Self.layers,
      training: """
        , "learning_rate_schedule": {"type": "step", "step_size": 1, "factor": 0.5},
        "optimizer": {"type": "sgd", "learning_rate": 0.4}
        """, epochs: 3)
    var rates: [Double] = []
    var observer = TrainingLoop.Observer()
    observer.epoch = { rates.append($0.learningRate) }
    _ = try run.loop(ThreadPool(threads: 1)).run(observer)
    #expect(rates == [0.4, 0.2, 0.1])
  }

  @Test func earlyStoppingEndsTheRun() throws {
    let run = try SampleRun(
      layers: Self.layers, data: #", "validation": {"fraction": 0.3}"#,
      training: """
        , "early_stopping": {"monitor": "validation_accuracy", "patience": 3}
        """, epochs: 500)
    var epochs: [TrainingLoop.Epoch] = []
    var observer = TrainingLoop.Observer()
    observer.epoch = { epochs.append($0) }
    let outcome = try run.loop(ThreadPool(threads: 1)).run(observer)
    #expect(outcome.reason == .earlyStopping)
    let best = try #require(outcome.bestEpoch)
    #expect(epochs.count == best + 3)
    let accuracies = epochs.compactMap { $0.validation?["accuracy"] }
    #expect(outcome.validation?["accuracy"] == accuracies.max())
    #expect(accuracies.firstIndex(of: accuracies.max() ?? 0) == best - 1)
  }

  @Test(arguments: [
    (#", "early_stopping": {"monitor": "validation_loss"}"#, "monitor"),
    (#", "early_stopping": {"monitor": "train_r2"}"#, "monitor"),
    (#", "learning_rate_schedule": "reduce_on_plateau""#, "monitor"),
    (#", "optimizer": {"type": "sgd", "nesterov": true}"#, "contradiction"),
    (#", "loss": {"type": "cross_entropy", "class_weights": {"z": 2}}"#, "unknown-label"),
    (#", "metrics": ["top_k_accuracy"]"#, "out-of-range"),
    (#", "loss": "hinge", "metrics": ["accuracy", "perplexity"]"#, "task"),
    (#", "loss": {"type": "hinge", "class_weights": {"x": 0, "y": 0}}"#, "no-weight"),
  ])
  func contradictionsAreReported(training: String, code: String) {
    #expect {
      try SampleRun(layers: Self.layers, training: training)
    } throws: { error in
      (error as? Failure)?.diagnostics.map(\.code) == [code]
    }
  }
}
