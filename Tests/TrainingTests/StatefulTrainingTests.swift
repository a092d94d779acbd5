import AllocationCounter
import Configuration
import Datasets
import Network
import Numerics
import TestSupport
import Testing
import Training

/// Trainings that carry the state of a recurrent layer from batch to batch.
@Suite struct StatefulTrainingTests {
  /// The answer to a window is the sum of all in its stream so far: `h_t = x_t + h_{t−1}`.
  private static let sum = """
    {"type": "reshape", "shape": [1, 1]},
    {"type": "rnn", "units": 1, "activation": "relu", "stateful": true, "use_bias": false,
     "kernel_initializer": {"type": "constant", "value": 1},
     "recurrent_initializer": {"type": "constant", "value": 1}},
    {"type": "dense", "kernel_initializer": {"type": "constant", "value": 1}}
    """

  private static func inputs(_ count: Int) -> [Double] {
    (0..<count).map { Double($0 * 37 % 101) / 100 }
  }

  private struct Run {
    let workspace: Workspace
    let plan: RunPlan

    /// - Parameter training: more members of this section.
    init(
      layers: String = sum, training: String = "", rows: Int = 45, validationRows: Int = 0,
      batchSize: Int = 8, isContinuous: Bool = true
    ) throws {
      workspace = try Workspace()
      try Self.write(rows, to: "train.csv", in: workspace)
      try Self.write(max(1, validationRows), to: "validation.csv", in: workspace)
      let validation = validationRows > 0 ? #", "validation": "validation.csv""# : ""
      let loaded = try LoadedConfig.parse(
        SourceText(
          name: "sample.json",
          """
          {
            "data": {"train": "train.csv", "target": "y", "scaling": "none"\(validation)},
            "model": {"layers": [\(layers)]},
            "training": {"epochs": 2, "batch_size": \(batchSize), "loss": "mse",
              "optimizer": {"type": "sgd", "learning_rate": 1e-30}\(training)}
          }
          """), baseDirectory: workspace.path)
      if loaded.hasErrors { throw Failure(loaded.diagnostics) }
      var data = try #require(loaded.config.data).prepare(
        DataContext(
          document: loaded.document, baseDirectory: loaded.baseDirectory, seed: 0,
          lossTask: .regression, allowsScaledTargets: true))
      data.isContinuous = isContinuous
      plan = try RunPlan(loaded, data: data)
    }

    private static func write(_ rows: Int, to name: String, in workspace: Workspace) throws {
      try workspace.write(name, "x,y\n" + inputs(rows).map { "\($0),0\n" }.joined())
    }

    func loop(_ pool: ThreadPool = ThreadPool(threads: 1)) throws -> TrainingLoop {
      immortal(try TrainingLoop(plan, sets: plan.data.makeSets(), pool: pool))
    }
  }

  /// The mean square of the sums for each batch, where the answers are 0.
  private func losses(_ count: Int, streamLength length: Int) -> [Double] {
    let inputs = Self.inputs(count)
    return (0..<length).map { batch in
      let sums = stride(from: 0, to: count, by: length).filter { $0 + batch < count }.map {
        inputs[$0...($0 + batch)].reduce(0, +)
      }
      return sums.reduce(0) { $0 + $1 * $1 } / Double(sums.count)
    }
  }

  private func expectEqual(_ found: [Double], _ expected: [Double]) {
    #expect(found.count == expected.count)
    #expect(largestError(of: found.map { Float($0) }, against: expected) < 1e-5)
  }

  /// 45 windows in batches of 8 are streams of 6, the last of 3.
  @Test(arguments: ["", #", "gradient_accumulation": 4"#, #", "shuffle": false"#])
  func everyEpochBeginsWithZeros(training: String) throws {
    let run = try Run(training: training, validationRows: 20)
    #expect(run.plan.iterations == 12)
    var found: [Double] = []
    var observer = TrainingLoop.Observer()
    observer.iteration = { _, loss in found.append(loss) }
    _ = try run.loop().run(observer)
    let epoch = losses(45, streamLength: 6)
    expectEqual(found, epoch + epoch)
  }

  @Test func droppedWindowsLeaveStreamsOfOneLength() throws {
    var found: [Double] = []
    var observer = TrainingLoop.Observer()
    observer.iteration = { _, loss in found.append(loss) }
    _ = try Run(training: #", "drop_last": true, "max_iterations": 8"#).loop().run(observer)
    let epoch = losses(40, streamLength: 5)
    expectEqual(found, epoch + epoch[..<3])
  }

  /// Streams of training have 6 windows: 20 are 4 streams of 5, and 90 are as many as a batch has rows.
  @Test(arguments: [(20, 5), (90, 12), (4, 4)])
  func evaluationReadsStreamsAsLongAsThoseOfTraining(count: Int, length: Int) throws {
    let run = try Run(validationRows: count)
    let loop = try run.loop()
    for batch in 0..<3 { _ = loop.iterate(batch) }
    let set = try #require(try run.plan.data.makeSets()[.validation])
    var sums: [Double] = []
    let figures = loop.evaluate(set) { batch in
      for row in 0..<batch.rows.count {
        sums.append(Double(loop.memory.value(run.plan.network.output)[row]))
      }
    }
    #expect(sums.count == count)
    let mean = sums.reduce(0) { $0 + $1 * $1 } / Double(count)
    let batches = losses(count, streamLength: length)
    let expected = batches.enumerated().reduce(0) { total, batch in
      total + batch.element * Double((count - batch.offset + length - 1) / length)
    }
    expectEqual([mean, figures.loss], [expected / Double(count), expected / Double(count)])
  }

  @Test func theResolvedConfigurationSaysThatNothingIsShuffled() throws {
    #expect(try !Run().plan.config.training.shuffle)
  }

  @Test(arguments: [
    ("", false, "not-continuous", 4), (#", "shuffle": true"#, true, "contradiction", 9),
  ])
  func contradictionsAreReported(
    training: String, isContinuous: Bool, code: String, line: Int
  ) throws {
    let failure = try #require(throws: Failure.self) {
      try Run(training: training, isContinuous: isContinuous)
    }
    #expect(failure.diagnostics.map(\.code) == [code])
    #expect(failure.diagnostics.map(\.place?.line) == [line])
  }

  @Test func aStateThatIsNeverCarriedIsNamed() throws {
    // The rate is unusual in both.
    func codes(batchSize: Int) throws -> [String] {
      try Run(batchSize: batchSize).plan.warnings.map(\.code).filter { $0 != "unusual-value" }
    }
    #expect(try codes(batchSize: 45) == ["inert"])
    #expect(try codes(batchSize: 44).isEmpty)
  }

  private static let layers = """
    {"type": "reshape", "shape": [1, 1]},
    {"type": "gru", "units": 9, "stateful": true, "return_sequences": true},
    {"type": "lstm", "units": 7, "stateful": true, "recurrent_dropout": 0.2}, {"type": "dense"}
    """

  @Test func threadsDoNotShow() throws {
    let models = try [1, 2, 4].map { threads in
      let run = try Run(
        layers: Self.layers,
        training: #", "gradient_accumulation": 2, "regularization": {"l2": 0.1}"#, rows: 450,
        validationRows: 100, batchSize: 64)
      let loop = try run.loop(ThreadPool(threads: threads))
      _ = try loop.run(TrainingLoop.Observer())
      return bits(loop.memory.model)
    }
    #expect(models[1] == models[0] && models[2] == models[0])
  }

  @Test(.enabled(if: allocation_counter_is_available()))
  func iterationsAllocateNothing() throws {
    let loop = try Run(layers: Self.layers).loop()
    for batch in 0..<loop.batchCount { _ = loop.iterate(batch) }
    var count = 0
    withUnsafeMutablePointer(to: &count) { counter in
      allocation_counter_count_into(counter)
      for iteration in 0..<50 { _ = loop.iterate(iteration % loop.batchCount) }
      allocation_counter_count_into(nil)
    }
    #expect(count == 0)
  }
}
