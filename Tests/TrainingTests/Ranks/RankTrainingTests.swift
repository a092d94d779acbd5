import Configuration
import Datasets
import Foundation
import Numerics
import TestSupport
import Testing
import Training

/// Ranks that share each batch compute what one process computes, to rounding.
@Suite struct RankTrainingTests {
  /// What a training came to.
  struct Trace: Sendable {
    var losses: [Double] = []
    var train: [Figures] = []
    var validation: [Figures] = []
    var gradientNorms: [Double] = []
    var model: [UInt32] = []
    /// What the optimizer keeps, as a checkpoint has it.
    var states: [[UInt32]] = []
    var final: [Figures?] = []
  }

  private static func trace(
    _ plan: RunPlan, _ sets: [Part: ExampleSet], _ ranks: any Communicator
  ) throws -> Trace {
    let loop = immortal(
      try TrainingLoop(plan, sets: sets, pool: ThreadPool(threads: 1), ranks: ranks))
    var trace = Trace()
    var observer = TrainingLoop.Observer()
    observer.iteration = { trace.losses.append($1) }
    observer.epoch = {
      trace.train.append($0.train)
      trace.validation.append(contentsOf: [$0.validation].compactMap { $0 })
      trace.gradientNorms.append($0.gradientNorm)
    }
    let outcome = try loop.run(observer)
    trace.model = bits(loop.memory.model)
    trace.states = (0..<plan.memory.optimizerStates).map { bits(loop.memory.optimizerState($0)) }
    trace.final = [outcome.train, outcome.validation, outcome.test]
    return trace
  }

  private static func traces(_ plan: RunPlan, ranks size: Int) throws -> [Trace] {
    #expect(plan.obstacles(ranks: size).isEmpty)
    let sets = try plan.data.makeSets()
    return try ThreadRanks(size: size).run { try trace(plan, sets, $0) }
  }

  /// - Parameter tolerance: of losses and figures, relative to 1 or to their size.
  private func expectTheSame(
    _ plan: RunPlan, ranks sizes: [Int] = [2, 3, 4], tolerance: Double = 2e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let sets = try plan.data.makeSets()
    let single = try Self.trace(plan, sets, SingleProcess.shared)
    func compare(_ found: [Double], _ expected: [Double], _ what: String) {
      #expect(found.count == expected.count, sourceLocation: sourceLocation)
      for (index, (a, b)) in zip(found, expected).enumerated() where !(a.isNaN && b.isNaN) {
        #expect(
          abs(a - b) <= tolerance * max(1, abs(b)), "\(what) \(index)",
          sourceLocation: sourceLocation)
      }
    }
    for size in sizes {
      let traces = try Self.traces(plan, ranks: size)
      for trace in traces {
        compare(trace.losses, single.losses, "loss with \(size) ranks")
        compare(trace.gradientNorms, single.gradientNorms, "norm with \(size) ranks")
        compare(
          trace.train.flatMap { $0.all.map(\.value) },
          single.train.flatMap { $0.all.map(\.value) }, "figures with \(size) ranks")
        compare(
          trace.validation.flatMap { $0.all.map(\.value) },
          single.validation.flatMap { $0.all.map(\.value) }, "validation with \(size) ranks")
        // To the bit, or the ranks would go their own ways.
        #expect(trace.model == traces[0].model, sourceLocation: sourceLocation)
      }
      for (found, expected) in zip(traces[0].final, single.final) {
        compare(
          found?.all.map(\.value) ?? [], expected?.all.map(\.value) ?? [],
          "final figures with \(size) ranks")
      }
      let again = try Self.traces(plan, ranks: size)
      #expect(again[0].model == traces[0].model, sourceLocation: sourceLocation)
      #expect(again[0].losses == traces[0].losses, sourceLocation: sourceLocation)
    }
  }

  private static let optimizer = #", "optimizer": {"type": "sgd", "learning_rate": 0.05}"#
  private static let heldOut = #", "validation": {"fraction": 0.2}, "test": {"fraction": 0.1}"#

  @Test func everyLayerForImages() throws {
    try expectTheSame(
      SampleRun(
        layers: SampleRun.imageLayers, data: Self.heldOut, training: Self.optimizer, epochs: 3
      ).plan)
  }

  @Test func everyLayerForSequences() throws {
    try expectTheSame(
      SampleRun(
        layers: SampleRun.sequenceLayers, data: Self.heldOut, training: Self.optimizer, epochs: 3
      ).plan)
  }

  /// Rounded factors may differ by a digit where sums differ in the last one.
  @Test func layersInBFloat16() throws {
    for layers in [SampleRun.imageLayers, SampleRun.sequenceLayers] {
      try expectTheSame(
        SampleRun(
          layers: layers, data: Self.heldOut,
          training: Self.optimizer + #", "precision": "bfloat16""#, epochs: 3
        ).plan, tolerance: 1e-2)
    }
  }

  @Test func attentionWithDropout() throws {
    try expectTheSame(
      SampleRun(
        layers: """
          {"type": "dense", "units": 30}, {"type": "reshape", "shape": [5, 6]},
          {"type": "self_attention", "heads": 2, "dropout": 0.3}, {"type": "dropout", "rate": 0.2},
          {"type": "flatten"}, {"type": "dense"}
          """, training: Self.optimizer, epochs: 3
      ).plan)
  }

  @Test func batchNormalizationOfTables() throws {
    // The last batch has 6 rows, so that of four ranks some have one.
    try expectTheSame(
      SampleRun(
        layers: """
          {"type": "dense", "units": 9}, {"type": "batch_normalization"},
          {"type": "activation", "activation": "relu"}, {"type": "dense"}
          """, data: #", "scaling": "standard""#, training: Self.optimizer, rows: 150, epochs: 4,
        batchSize: 36
      ).plan)
  }

  @Test func accumulatedGradientsOfWeightedClasses() throws {
    try expectTheSame(
      SampleRun(
        layers: SampleRun.layers, target: #""city""#, data: Self.heldOut,
        training: Self.optimizer
          + #", "gradient_accumulation": 3, "loss": {"type": "cross_entropy", "class_weights": "balanced"}, "metrics": ["accuracy", "f1", "roc_auc"]"#,
        epochs: 3, batchSize: 16
      ).plan)
  }

  @Test func anEnsembleForNumbers() throws {
    try expectTheSame(
      SampleRun(
        layers: """
          {"type": "ensemble", "members": 4}, {"type": "dense", "units": 8, "activation": "relu"},
          {"type": "dropout", "rate": 0.2}, {"type": "dense"}
          """, target: #"["a", "b"]"#, data: #", "scaling": "standard""# + Self.heldOut,
        training: Self.optimizer + #", "metrics": ["rmse", "mae", "r2"]"#, epochs: 3
      ).plan)
  }

  @Test func penaltiesClippingAndAPlateau() throws {
    try expectTheSame(
      SampleRun(
        layers: #"{"type": "dense", "units": 8, "activation": "tanh"}, {"type": "dense"}"#,
        data: Self.heldOut,
        training: """
          , "optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9},
          "regularization": {"l1": 0.001, "l2": 0.01}, "gradient_clipping": {"threshold": 0.2},
          "learning_rate_schedule": {"type": "reduce_on_plateau", "patience": 1},
          "early_stopping": {"patience": 3}
          """, epochs: 12
      ).plan)
  }

  /// Ranks that gather what they add up come to the bytes of one process. They have sixteen rows or twice as many: the BLAS, which
  /// multiplies by small kernels, may round the last rows of other numbers otherwise.
  private func expectTheBytes(
    _ plan: RunPlan, ranks sizes: [Int] = [2, 4],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let sets = try plan.data.makeSets()
    let single = try Self.trace(plan, sets, SingleProcess.shared)
    for size in sizes {
      for trace in try Self.traces(plan, ranks: size) {
        // Counted, since a list of so many differences takes minutes to write.
        let differing = zip(trace.model, single.model).count { $0 != $1 }
        #expect(
          differing == 0 && trace.model.count == single.model.count, "\(size) ranks",
          sourceLocation: sourceLocation)
        for (loss, expected) in zip(trace.losses, single.losses) {
          // Added up by ranks, and not trained with.
          #expect(abs(loss - expected) < 1e-12, sourceLocation: sourceLocation)
        }
      }
    }
  }

  private static let adam = #", "optimizer": {"type": "adam", "learning_rate": 0.01}"#

  /// Most updates of an epoch are not looked at, and then each rank moves its rows of the large kernels.
  @Test(arguments: [
    "", #", "gradient_accumulation": 2, "regularization": {"l1": 1e-5, "l2": 1e-4}"#,
    #", "gradient_clipping": {"threshold": 0.1}"#,
  ])
  func dividedUpdatesByteByByte(settings: String) throws {
    try expectTheBytes(
      SampleRun(
        layers: """
          {"type": "dense", "units": 272, "activation": "relu"},
          {"type": "dense", "units": 96, "activation": "tanh"},
          {"type": "dense", "units": 200, "activation": "relu"}, {"type": "dense"}
          """, training: Self.adam + settings, rows: 64 * 33, epochs: 2, batchSize: 64
      ).plan)
  }

  /// A kernel that is faster in registers, but for its gradient: that has too few rows.
  @Test func aWideLayerOfFewInputsByteByByte() throws {
    try expectTheBytes(
      SampleRun(
        layers: #"{"type": "dense", "units": 4096, "activation": "relu"}, {"type": "dense"}"#,
        training: Self.adam, rows: 192, epochs: 3, batchSize: 64
      ).plan)
  }

  @Test func convolutionsAndDenseLayersByteByByte() throws {
    // One of little work, one whose sums are gathered, and one of Winograd's.
    try expectTheBytes(
      SampleRun(
        layers: """
          {"type": "dense", "units": 256}, {"type": "reshape", "shape": [16, 16, 1]},
          {"type": "conv2d", "filters": 5, "kernel_size": 3, "activation": "relu"},
          {"type": "conv2d", "filters": 40, "kernel_size": 3, "padding": "same", "activation": "relu"},
          {"type": "conv2d", "filters": 32, "kernel_size": 5, "padding": "same", "activation": "tanh"},
          {"type": "max_pool2d"}, {"type": "dropout", "rate": 0.25}, {"type": "flatten"},
          {"type": "dense", "units": 64, "activation": "relu"},
          {"type": "dropout", "rate": 0.5}, {"type": "dense"}
          """, training: Self.adam, rows: 192, epochs: 3, batchSize: 64
      ).plan)
  }

  private static func accumulating() throws -> SampleRun {
    try SampleRun(
      layers: """
        {"type": "dense", "units": 200, "activation": "relu"},
        {"type": "dense", "units": 130, "activation": "gelu"}, {"type": "dense"}
        """, training: adam + #", "gradient_accumulation": 3"#, rows: 320, epochs: 4, batchSize: 64)
  }

  @Test func denseLayersWithAccumulatedGradientsByteByByte() throws {
    try expectTheBytes(Self.accumulating().plan)
  }

  @Test func anUpdateThatOneProcessBegan() throws {
    let whole = try StoppedTraining(Self.accumulating()).finish()
    let stopped = try StoppedTraining(Self.accumulating())
    try stopped.begin()
    let (_, outcome) = try stopped.goOn(to: 4)
    #expect(outcome.reason == .interrupted)
    let run = try StoppedRun(path: stopped.path, overrides: [], version: StoppedTraining.version)
    let checkpoint = try #require(run.checkpoint)
    // One batch of an update of two, since the epoch has five.
    #expect(checkpoint.iterations == 4)
    for size in [2, 4] {
      let models = try ThreadRanks(size: size).run { [plan = run.plan] ranks in
        let loop = immortal(
          try TrainingLoop(
            plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 1), ranks: ranks))
        try loop.restore(checkpoint)
        _ = try loop.run(TrainingLoop.Observer())
        return bits(loop.memory.model)
      }
      for model in models {
        #expect(zip(model, whole.model).count { $0 != $1 } == 0, "\(size) ranks")
      }
    }
  }

  @Test func whoFollowsReadsWhatTheFirstRankChose() throws {
    let stopped = try StoppedTraining(Self.accumulating())
    try stopped.begin()
    _ = try stopped.goOn(to: 4)
    func follow(_ iterations: Int?, _ overrides: [String] = []) throws -> (RunPlan, Checkpoint?) {
      try StoppedRun.following(
        path: stopped.path, overrides: overrides, version: StoppedTraining.version,
        iterations: iterations)
    }
    let (plan, checkpoint) = try follow(4, ["training.epochs=9"])
    #expect(plan.config.training.epochs == 9 && checkpoint?.iterations == 4)
    #expect(try follow(nil).1 == nil)
    // A host without the folder, and one with another configuration there.
    #expect(throws: Failure.self) { try follow(5) }
    #expect(throws: Failure.self) { try follow(4, ["training.epochs=0"]) }
  }

  @Test func rowsAreDividedWithoutGapsAndEvenly() throws {
    for size in 1...7 {
      for rows in size...40 {
        let ranks = try ThreadRanks(size: size).run { $0.share(of: rows) }
        #expect(ranks.flatMap { Array($0) } == Array(0..<rows))
        let counts = ranks.map(\.count)
        #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        #expect(counts.min() ?? 0 >= 1)
      }
    }
  }

  @Test func whatRanksCannotShareIsSaidBefore() throws {
    let last = try SampleRun(layers: SampleRun.layers, rows: 150, batchSize: 37).plan
    #expect(last.obstacles(ranks: 2).isEmpty)
    #expect(
      last.obstacles(ranks: 3).map(\.message) == [
        "the last batch of each epoch has 2 examples, which cannot be divided among 3 ranks"
      ])
    #expect(
      last.obstacles(ranks: 38).map(\.message) == [
        "a batch of 37 examples cannot be divided among 38 ranks"
      ])
    let dropped = try SampleRun(
      layers: SampleRun.layers, training: #", "drop_last": true"#, rows: 150, batchSize: 37
    ).plan
    #expect(dropped.obstacles(ranks: 3).isEmpty)
  }
}
