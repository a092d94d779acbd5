import AllocationCounter
import Configuration
import Datasets
import Glibc
import Network
import Numerics
import TestSupport
import Testing
import Training

@Suite struct TextTrainingTests {
  private static let networks = [TextRun.gpt, TextRun.statefulLSTM]

  private func model(_ run: TextRun, threads: Int) throws -> [UInt8] {
    let loop = try run.loop(ThreadPool(threads: threads))
    _ = try loop.run(TrainingLoop.Observer())
    return TrainedModel.bytes(
      plan: run.plan, memory: loop.memory, summary: .object([]), version: "test")
  }

  @Test(arguments: networks)
  func threadsMakeNoDifference(layers: String) throws {
    let run = try TextRun(
      layers: layers, training: #", "gradient_clipping": {"type": "norm", "threshold": 1}"#)
    let expected = try model(run, threads: 1)
    for threads in [2, 4, 1] { #expect(try model(run, threads: threads) == expected) }
  }

  @Test(.enabled(if: allocation_counter_is_available()), arguments: networks, [1, 2])
  func iterationsAllocateNothingAfterTheFirst(layers: String, threads: Int) throws {
    let pool = ThreadPool(threads: threads)
    let loop = try TextRun(
      layers: layers,
      training: """
        , "loss": {"type": "cross_entropy", "class_weights": "balanced"},
        "metrics": ["accuracy", "perplexity", "bits_per_character"],
        "gradient_clipping": {"type": "norm", "threshold": 1}
        """
    ).loop(pool)
    try expectNoAllocation(in: loop, pool)
  }

  /// What follows in such a text is mostly certain.
  @Test(arguments: networks)
  func whatFollowsIsLearned(layers: String) throws {
    let run = try TextRun(
      layers: layers, training: #", "optimizer": {"type": "adam", "learning_rate": 0.01}"#,
      epochs: 30, batchSize: 8)
    let outcome = try run.loop(ThreadPool(threads: 2)).run(TrainingLoop.Observer())
    #expect(try #require(outcome.train).loss < 0.5)
  }

  @Test func figuresAreMeansOverTheTokens() throws {
    let run = try TextRun(
      layers: TextRun.gpt, data: #", "sequence_length": 12, "validation": {"fraction": 0.2}"#)
    let loop = try run.loop(ThreadPool(threads: 2))
    let set = try #require(try run.plan.data.makeSets()[.validation])
    var sum = 0.0
    var count = 0
    let width = run.plan.data.encoding.vocabularySize ?? 0
    let figures = loop.evaluate(set) { batch in
      let outputs = loop.memory.value(run.plan.network.output)
      let targets = loop.memory.value(run.plan.targets)
      for answer in 0..<batch.answers.count {
        let values = (0..<width).map { Double(outputs[answer * width + $0]) }
        let normalizer = log(values.reduce(0) { $0 + exp($1) })
        sum += normalizer - values[Int(targets[answer])]
        count += 1
      }
    }
    #expect(count == set.count * 12)
    let mean = sum / Double(count)
    #expect(abs(figures.loss - mean) < 1e-5)
    #expect(abs((figures["perplexity"] ?? 0) - exp(mean)) < 1e-4)
    #expect(abs((figures["bits_per_character"] ?? 0) - mean / M_LN2) < 1e-5)
  }

  /// Accumulated batches of sequences weigh each token as one batch would.
  @Test func accumulatedBatchesEqualOneOfAll() throws {
    func parameters(_ training: String, batchSize: Int) throws -> [Float] {
      let layers = #"{"type": "embedding", "dimensions": 8}, {"type": "dense"}"#
      let run = try TextRun(
        layers: layers,
        training: #", "shuffle": false, "optimizer": {"type": "sgd", "learning_rate": 0.5}"#
          + #", "loss": {"type": "cross_entropy", "class_weights": {" ": 3}}"# + training,
        epochs: 1, batchSize: batchSize)
      let loop = try run.loop(ThreadPool(threads: 1))
      for batch in 0..<4 { _ = loop.iterate(batch) }
      return Array(loop.memory.parameters)
    }
    let single = try parameters("", batchSize: 8)
    let accumulated = try parameters(#", "gradient_accumulation": 2"#, batchSize: 4)
    // Four batches of four are two updates; four of eight are four.
    let twice = try {
      let run = try TextRun(
        layers: #"{"type": "embedding", "dimensions": 8}, {"type": "dense"}"#,
        training: #", "shuffle": false, "optimizer": {"type": "sgd", "learning_rate": 0.5}"#
          + #", "loss": {"type": "cross_entropy", "class_weights": {" ": 3}}"#,
        epochs: 1, batchSize: 8)
      let loop = try run.loop(ThreadPool(threads: 1))
      for batch in 0..<2 { _ = loop.iterate(batch) }
      return Array(loop.memory.parameters)
    }()
    #expect(largestError(of: accumulated, against: twice.map { Double($0) }, floor: 1e-2) < 1e-3)
    #expect(largestError(of: accumulated, against: single.map { Double($0) }, floor: 1e-2) > 1e-2)
  }

  // MARK: - Mistakes

  private func codes(
    _ layers: String, data: String = #", "sequence_length": 12"#, training: String = ""
  ) -> [String] {
    do {
      _ = try TextRun(layers: layers, data: data, training: training)
      return []
    } catch let failure as Failure {
      return failure.diagnostics.filter { $0.severity == .error }.map(\.code)
    } catch {
      return ["\(error)"]
    }
  }

  @Test(arguments: [
    (#"{"type": "self_attention", "heads": 2}"#, ["looks-ahead"]),
    (
      #"{"type": "lstm", "units": 4, "return_sequences": true, "bidirectional": true}"#,
      ["looks-ahead"]
    ),
    (#"{"type": "conv1d", "filters": 8, "padding": "same"}"#, ["looks-ahead"]),
    (#"{"type": "residual", "layers": [{"type": "self_attention"}]}"#, ["looks-ahead"]),
    (
      #"{"type": "residual", "layers": [{"type": "dense", "units": 8}], "shortcut": [{"type": "self_attention"}]}"#,
      ["looks-ahead"]
    ),
    (#"{"type": "gru", "units": 4}"#, ["output-shape"]),
    (#"{"type": "conv1d", "filters": 8, "kernel_size": 1}"#, []),
    (#"{"type": "self_attention", "heads": 2, "causal": true}"#, []),
  ])
  func layersMustNotSeeTheAnswers(layer: String, expected: [String]) {
    let layers = #"{"type": "embedding", "dimensions": 8}, \#(layer), {"type": "dense"}"#
    #expect(codes(layers) == expected)
  }

  @Test func tokensNeedAnEmbedding() {
    #expect(codes(#"{"type": "dense"}"#).count == 1)
    #expect(codes(#"{"type": "reshape", "shape": [12, 1]}, {"type": "dense"}"#).count >= 1)
  }

  @Test func statesNeedWindowsThatFollowEachOther() {
    #expect(
      codes(TextRun.statefulLSTM, data: #", "sequence_length": 12, "stride": 6"#)
        == ["not-continuous"])
    #expect(codes(TextRun.statefulLSTM, training: #", "shuffle": true"#) == ["contradiction"])
  }

  @Test func lossesAndMetricsOfNumbersDoNotFit() {
    for loss in ["mse", "binary_cross_entropy", "hinge"] {
      #expect(codes(TextRun.gpt, training: ", \"loss\": \"\(loss)\"").contains("task"))
    }
    #expect(codes(TextRun.gpt, training: #", "metrics": ["rmse"]"#) == ["task"])
  }
}
