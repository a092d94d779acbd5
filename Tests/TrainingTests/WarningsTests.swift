import Configuration
import Numerics
import TestSupport
import Testing
import Training

/// Settings that are valid and probably not meant.
@Suite struct WarningsTests {
  private static let dense = #"{"type": "dense"}"#
  private static let two = #"{"type": "dense", "units": 2, "activation": "tanh"}"#

  /// The warnings of a run of 150 examples in batches of 32, two epochs unless said otherwise.
  private func warnings(
    _ layers: String = dense, data: String = "", training: String = "", epochs: Int = 2,
    batchSize: Int = 32
  ) throws -> [Diagnostic] {
    let warnings = try SampleRun(
      layers: layers, data: data, training: training, epochs: epochs, batchSize: batchSize
    ).plan.warnings
    #expect(warnings.allSatisfy { $0.severity == .warning && $0.place != nil })
    return warnings
  }

  @Test func precisionIsForLayersThatMultiplyAndProcessorsThatDo() throws {
    let reduced = #", "precision": "bfloat16""#
    #expect(
      try warnings(training: reduced).map(\.code)
        == (BFloat16Tiles.areAvailable ? [] : ["emulated-precision"]))
    #expect(try warnings(training: #", "precision": "single""#).isEmpty)
    let thin = #"""
      {"type": "reshape", "shape": [5, 1]}, {"type": "conv1d", "filters": 2, "kernel_size": 5},
      {"type": "flatten"}
      """#
    #expect(try warnings(thin, training: reduced).map(\.code) == ["inert"])
  }

  @Test(arguments: [
    #""type": "reduce_on_plateau", "patience": 0, "minimum_learning_rate": 0.2"#,
    #""type": "cosine", "final_learning_rate": 0.2"#,
    #""type": "cosine_restarts", "period": 1, "final_learning_rate": 0.2"#,
    #""type": "polynomial", "final_learning_rate": 0.2"#,
  ])
  func ratesThatShallFallAndRise(members: String) throws {
    func codes(_ rate: Double) throws -> [String] {
      try warnings(
        data: #", "validation": {"fraction": 0.2}"#,
        training: Self.schedule(members)
          + #", "optimizer": {"type": "sgd", "learning_rate": \#(rate)}"#, epochs: 20
      ).map(\.code)
    }
    #expect(try codes(0.1) == ["rising-rate"])
    #expect(try codes(0.3) == [])
  }

  private static func schedule(_ members: String) -> String {
    #", "learning_rate_schedule": {\#(members)}"#
  }

  @Test(arguments: [
    (#"{"type": "dense", "activation": "softmax"}"#, "output-activation"),
    ("\(two), {\"type\": \"activation\", \"activation\": \"relu\"}", "output-activation"),
    ("\(two), {\"type\": \"dropout\"}", "output-dropout"),
    ("\(two), {\"type\": \"dropout\"}, {\"type\": \"reshape\", \"shape\": [2]}", "output-dropout"),
  ])
  func outputsAreLeftAsTheyAre(layers: String, code: String) throws {
    #expect(try warnings(layers).map(\.code) == [code])
  }

  @Test(arguments: [
    ("{\"type\": \"dropout\", \"rate\": 0}, \(dense)", "inert"),
    ("\(two), {\"type\": \"batch_normalization\", \"momentum\": 0}", "inert"),
    ("\(two), {\"type\": \"batch_normalization\", \"momentum\": 0.99}", "momentum"),
    (
      """
      {"type": "dense", "units": 4}, {"type": "reshape", "shape": [2, 2]},
      {"type": "conv1d", "filters": 2, "kernel_size": 1, "dilation": 2, "activation": "tanh"},
      {"type": "flatten"},
      \(dense)
      """, "inert"
    ),
  ])
  func layersThatDoNotDoWhatTheySayAreNamed(layers: String, code: String) throws {
    #expect(try warnings(layers).map(\.code) == [code])
  }

  /// An initializer of a bias that is off, for each kind of layer that has one.
  @Test(arguments: [
    "",
    #"{"type": "reshape", "shape": [2, 2]}, {"type": "conv1d", "filters": 2, "kernel_size": 1, "activation": "tanh""#,
    #"{"type": "reshape", "shape": [2, 2]}, {"type": "gru", "units": 3, "return_sequences": true"#,
    #"{"type": "reshape", "shape": [2, 2]}, {"type": "self_attention", "heads": 1"#,
    #"{"type": "ensemble", "members": 2}, {"type": "dense", "units": 2, "activation": "tanh""#,
  ])
  func biasesThatAreNotThereAreNotInitialized(layer: String) throws {
    func found(_ settings: String) throws -> [String] {
      let first = layer.isEmpty ? #"{"type": "dense", "units": 2, "activation": "tanh""# : layer
      return try warnings(
        #"{"type": "dense", "units": 4, "activation": "tanh"}, \#(first), "bias_initializer": "ones"\#(settings)}, \#(layer.contains("reshape") ? #"{"type": "flatten"}, "# : "")\#(Self.dense)"#
      ).map { "\($0.code): \($0.message)" }
    }
    #expect(
      try found(#", "use_bias": false"#) == [
        "inert: an initializer for the bias, and the layer has none"
      ])
    #expect(try found("") == [])
  }

  @Test(arguments: [
    (#", "checkpoint": {"keep": 0, "every_epochs": 1}"#, "none is kept"),
    (#", "checkpoint": {"keep": 0, "every_iterations": 1}"#, "none is kept"),
    (#", "regularization": {"biases": true}"#, "no l1 or l2"),
    (#", "regularization": {"l2": 0.1, "normalization": true}"#, "no normalization"),
    (#", "max_iterations": 11"#, "has 10 iterations and never comes to 11"),
  ])
  func settingsWithoutTheOneTheyNeedAreNamed(training: String, part: String) throws {
    let found = try warnings(training: training)
    #expect(found.map(\.code) == ["inert"])
    #expect(found[0].message.contains(part), "\(found[0].message)")
  }

  @Test(arguments: [
    #", "checkpoint": {"keep": 0}"#, #", "regularization": {"l1": 0.1, "biases": true}"#,
    #", "max_iterations": 10"#,
  ])
  func settingsThatHaveTheOneTheyNeedAreMeant(training: String) throws {
    #expect(try warnings(training: training).isEmpty)
  }

  /// 150 examples.
  @Test func aLastBatchOfOneIsNoBatchToNormalizeBy() throws {
    let layers = "\(Self.two), {\"type\": \"batch_normalization\"}, \(Self.dense)"
    #expect(
      try SampleRun(layers: layers, batchSize: 149).plan.warnings.map(\.code) == ["batch-of-one"])
    #expect(try SampleRun(layers: layers, batchSize: 148).plan.warnings.isEmpty)
    #expect(
      try SampleRun(layers: layers, training: #", "drop_last": true"#, batchSize: 149)
        .plan.warnings.isEmpty)
  }

  @Test(arguments: [
    "\(two), {\"type\": \"dropout\"}, \(dense)", "{\"type\": \"dropout\"}, \(dense)",
  ])
  func dropoutBeforeALayerThatLearnsIsMeant(layers: String) throws {
    #expect(try warnings(layers).isEmpty)
  }

  /// Five iterations an epoch; each message names what the setting says and what the run has.
  @Test(arguments: [
    (#", "batch_size": 32, "gradient_accumulation": 6"#, 2, "6", "5 batches"),
    (schedule(#""type": "constant", "warmup_iterations": 10"#), 2, "10 iterations", "run of 10"),
    (schedule(#""type": "step", "step_size": 3"#), 3, "3 epochs", "schedule of 3 epochs"),
    (
      schedule(#""type": "step", "step_size": 15, "unit": "iteration""#), 3, "15 iterations",
      "schedule of 15 iterations"
    ),
    (
      schedule(#""type": "step", "step_size": 2, "warmup_iterations": 5"#), 3, "2 epochs",
      "schedule of 2 epochs"
    ),
    (schedule(#""type": "multi_step", "milestones": [1, 4]"#), 4, "4 epochs", "of 4 epochs"),
    (schedule(#""type": "exponential""#), 1, "never changes", "schedule of 1 epoch"),
    (schedule(#""type": "inverse_time""#), 1, "never changes", "schedule of 1 epoch"),
    (
      schedule(#""type": "polynomial", "total_iterations": 16"#), 3, "16 iterations",
      "schedule of 15 iterations"
    ),
    (
      schedule(#""type": "cosine", "total_iterations": 1000"#), 3, "1,000 iterations",
      "schedule of 15 iterations"
    ),
    (schedule(#""type": "cosine_restarts", "period": 3"#), 3, "3 epochs", "schedule of 3 epochs"),
    (
      schedule(#""type": "reduce_on_plateau", "monitor": "train_loss", "patience": 3"#), 5,
      "patience of 3", "run of 5 epochs"
    ),
    (
      #", "early_stopping": {"monitor": "train_loss", "patience": 4}"#, 5, "patience of 4",
      "run of 5 epochs"
    ),
    (
      #", "early_stopping": {"monitor": "train_loss", "patience": 4}, "max_iterations": 21"#, 9,
      "patience of 4", "run of 5 epochs"
    ),
    (
      #", "early_stopping": {"monitor": "train_accuracy", "patience": 1, "minimum_delta": 1}"#, 5,
      "accuracy lies between 0 and 1", "by 1"
    ),
  ])
  func whatNeverComesToBearIsWarnedOf(
    training: String, epochs: Int, setting: String, run: String
  ) throws {
    let training = training.replacing(#", "batch_size": 32"#, with: "")
    let warnings = try warnings(training: training, epochs: epochs)
    #expect(warnings.map(\.code) == ["inert"])
    let message = try #require(warnings.first?.message)
    #expect(message.contains(setting), "\(message)")
    #expect(message.contains(run), "\(message)")
  }

  /// One more epoch or iteration, and the setting counts.
  @Test(arguments: [
    (#", "gradient_accumulation": 5"#, 2),
    (schedule(#""type": "constant", "warmup_iterations": 9"#), 2),
    (schedule(#""type": "step", "step_size": 2"#), 3),
    (schedule(#""type": "step", "step_size": 14, "unit": "iteration""#), 3),
    (schedule(#""type": "multi_step", "milestones": [1, 3]"#), 4),
    (schedule(#""type": "exponential""#), 2),
    (schedule(#""type": "inverse_time", "unit": "iteration""#), 1),
    (schedule(#""type": "polynomial", "total_iterations": 15"#), 3),
    (schedule(#""type": "cosine""#), 1),
    (schedule(#""type": "cosine_restarts", "period": 2"#), 3),
    (schedule(#""type": "one_cycle""#), 1),
    (schedule(#""type": "reduce_on_plateau", "monitor": "train_loss", "patience": 2"#), 5),
    (#", "early_stopping": {"monitor": "train_loss", "patience": 3}"#, 5),
    (
      #", "early_stopping": {"monitor": "train_accuracy", "patience": 1, "minimum_delta": 0.9}"#, 5
    ),
  ])
  func whatComesToBearIsNot(training: String, epochs: Int) throws {
    #expect(try warnings(training: training, epochs: epochs).isEmpty)
  }

  /// What 'init' writes, a quarter of the epochs, is a guard only; less may cut off the end of the fall.
  @Test(arguments: ["cosine", "one_cycle"])
  func aRunThatMayEndBeforeItsScheduleIsWarnedOf(type: String) throws {
    func found(_ patience: Int, _ type: String) throws -> [Diagnostic] {
      try warnings(
        training: Self.schedule("\"type\": \"\(type)\"")
          + #", "early_stopping": {"monitor": "train_loss", "patience": \#(patience)}"#, epochs: 40)
    }
    let warning = try found(9, type)
    #expect(warning.map(\.code) == ["unfinished-schedule"])
    #expect(warning.first?.help?.contains("10 at least") == true)
    #expect(try found(10, type).isEmpty)
    #expect(try found(2, "constant").isEmpty)
  }

  /// A rate is reduced behind the epoch that ends the run, or later.
  @Test(arguments: [(8, ""), (7, ""), (4, #", "minimum_delta": 0.1"#)])
  func aPlateauThatOutlastsTheRunIsWarnedOf(patience: Int, delta: String) throws {
    func found(_ patience: Int, _ monitor: String = "train_loss") throws -> [String] {
      try warnings(
        training: Self.schedule(
          #""type": "reduce_on_plateau", "monitor": "\#(monitor)", "patience": \#(patience)"#)
          + #", "early_stopping": {"monitor": "train_loss", "patience": \#(delta.isEmpty ? 8 : 5)\#(delta)}"#,
        epochs: 40
      ).map(\.message)
    }
    let message = try #require(try found(patience).first)
    #expect(message.contains("a patience of \(patience) never reduces the rate"), "\(message)")
    #expect(try found(patience, "train_accuracy").isEmpty)
    #expect(try found(3).isEmpty)
  }

  /// The claims above, by the schedules themselves: what is called inert changes no rate.
  @Test(arguments: Schedules.catalog.entries.filter { $0.type != "multi_step" }.map(\.type))
  func inertSchedulesAreConstant(type: String) throws {
    let schedule = try Schedules.catalog.codec.value(.string(type))
    for epochs in 1...14 {
      let span = ScheduleSpan(
        iterations: 5 * epochs, iterationsPerEpoch: 5, runEpochs: epochs)
      // A wave that does not start anew still falls.
      guard type != "cosine_restarts", !schedule.inertSettings(in: span).isEmpty else { continue }
      var plateau = Plateau()
      let rates = (0..<5 * epochs).map { iteration in
        if iteration % 5 == 0, iteration > 0, let schedule = schedule as? ReduceOnPlateauSchedule {
          plateau.take(.value(1), by: schedule)
        }
        return schedule.rate(
          1, iteration: iteration, iterations: 5 * epochs, iterationsPerEpoch: 5, plateau: plateau)
      }
      #expect(Set(rates).count == 1, "\(epochs) epochs")
    }
  }

  @Test func eachMilestoneHasItsPlace() throws {
    let found = try warnings(
      training: Self.schedule(#""type": "multi_step", "milestones": [1, 7, 80]"#), epochs: 3)
    #expect(found.count == 2)
    #expect(found.map { $0.place?.width } == [1, 2])
  }

  @Test func aBatchLargerThanTheDataIsWarnedOf() throws {
    let found = try warnings(batchSize: 200)
    #expect(found.map(\.code) == ["inert"])
    #expect(found.first?.message.contains("150 training examples") == true)
  }
}
