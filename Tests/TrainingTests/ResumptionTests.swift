import Configuration
import Foundation
import Network
import TestSupport
import Testing
import Training

/// A run that was stopped and went on is the run that was not.
@Suite struct ResumptionTests {
  private static let layers = """
    {"type": "dense", "units": 6, "activation": "tanh"}, {"type": "batch_normalization"},
    {"type": "dropout", "rate": 0.2}, {"type": "dense"}
    """
  private static let heldOut = #", "validation": {"fraction": 0.2}, "test": {"fraction": 0.1}"#
  /// Of epochs of three batches: within an epoch, at its end, and right behind its beginning.
  private static let stops = [1, 2, 6, 7, 10]

  private func expectTheSame(_ sample: SampleRun) throws {
    try expectTheSame(sample.plan, sample.workspace, stops: Self.stops)
  }

  private func expectTheSame(_ plan: RunPlan, _ data: Workspace, stops: [Int]) throws {
    let whole = try StoppedTraining(plan, data: data).finish()
    let stopped = try StoppedTraining(plan, data: data).finish(stoppingAt: stops)
    #expect(whole.model == stopped.model)
    #expect(whole.epochs == stopped.epochs)
    #expect(whole.summary == stopped.summary)
    #expect(!whole.epochs.isEmpty)
  }

  private func sample(
    target: String = #""kind""#, data: String = "", training: String, rows: Int = 120
  ) throws -> SampleRun {
    try SampleRun(
      layers: Self.layers, target: target, data: Self.heldOut + data, training: ", " + training,
      rows: rows, epochs: 4, batchSize: 32)
  }

  /// Of 6 MB, which go in one piece that is longer than an area of the staging memory, and of 24 MB, which go in seven.
  @Test(arguments: [700, 1400]) func checkpointsOfMoreThanOneArea(units: Int) throws {
    let sample = try SampleRun(
      layers: """
        {"type": "dense", "units": \(units), "activation": "tanh"}, {"type": "dense", "units": \(units)},
        {"type": "dense"}
        """, training: #", "optimizer": "adam""#, rows: 64, epochs: 2, batchSize: 32)
    let whole = try StoppedTraining(sample).finish()
    let stopped = try StoppedTraining(sample).finish(stoppingAt: [1, 3])
    // Counted, since a list of so many differences takes minutes to write.
    #expect(zip(whole.model, stopped.model).count { $0 != $1 } == 0)
    #expect(whole.summary == stopped.summary)
  }

  @Test(arguments: Optimizers.catalog.entries.map(\.type))
  func optimizers(type: String) throws {
    let extra =
      type == "sgd" ? #", "momentum": 0.9"# : type == "rmsprop" ? #", "centered": true"# : ""
    try expectTheSame(sample(training: "\"optimizer\": {\"type\": \"\(type)\"\(extra)}"))
  }

  @Test func hypergradients() throws {
    try expectTheSame(
      sample(
        training: """
          "optimizer": {"type": "adamw", "learning_rate": 0.0001, "weight_decay": 0.01},
          "hypergradient": {"learning_rate_range": {"low": 1e-5, "high": 1},
                            "weight_decay_range": {"low": 1e-3, "high": 1}}
          """, rows: 400))
  }

  @Test(arguments: Schedules.catalog.entries.map(\.type))
  func schedules(type: String) throws {
    let settings =
      switch type {
      case "multi_step": #", "milestones": [1, 2]"#
      case "reduce_on_plateau": #", "patience": 0, "minimum_delta": 0.5"#
      case "step": #", "step_size": 1"#
      default: ""
      }
    try expectTheSame(
      sample(
        training: """
          "learning_rate_schedule": {"type": "\(type)", "warmup_iterations": 2\(settings)}
          """))
  }

  @Test(arguments: Metrics.catalog.entries.map(\.type))
  func metrics(type: String) throws {
    let metric = try #require(Metrics.catalog.entries.first { $0.type == type }?.make())
    guard !(metric is BitsPerCharacter) else { return try metricOfTexts(type) }
    let (target, loss) = Self.learned(for: metric)
    let settings = type == "top_k_accuracy" ? #", "k": 2"# : ""
    try expectTheSame(
      sample(
        target: target, training: "\(loss)\"metrics\": [{\"type\": \"\(type)\"\(settings)}]"))
  }

  private func metricOfTexts(_ type: String) throws {
    let run = try TextRun(
      layers: #"{"type": "embedding", "dimensions": 4}, {"type": "dense"}"#,
      data: #", "sequence_length": 12, "validation": {"fraction": 0.2}"#,
      training: ", \"metrics\": [\"\(type)\"]", epochs: 3, batchSize: 8)
    let epoch = run.plan.iterationsPerEpoch
    try expectTheSame(run.plan, run.workspace, stops: [3, epoch, epoch + 1])
  }

  /// What a metric says something of, and the loss that learns it.
  private static func learned(for metric: any Metric) -> (target: String, loss: String) {
    switch metric {
    case is ExactMatch, is Jaccard:
      (#"["yes", "odd"]"#, #""loss": "binary_cross_entropy", "#)
    case is RankError, is QuadraticKappa: (#""b""#, #""loss": "ordinal", "#)
    default: (type(of: metric).task == .regression ? #""a""# : #""city""#, "")
    }
  }

  @Test(arguments: [
    #""gradient_accumulation": 2"#, #""gradient_accumulation": 2, "drop_last": true"#,
    #""max_iterations": 11"#, #""gradient_accumulation": 2, "max_iterations": 10"#,
    #""gradient_clipping": {"threshold": 0.5}"#, #""shuffle": false"#,
    #""loss": {"type": "cross_entropy", "class_weights": "balanced"}, "gradient_accumulation": 3"#,
    #""early_stopping": {"patience": 1, "minimum_delta": 1}"#,
    #""early_stopping": {"patience": 3, "restore_best": false}"#,
    #""checkpoint": {"every_iterations": 1, "keep": 1}"#,
    #""checkpoint": {"every_epochs": 1, "every_seconds": 0}"#,
  ])
  func settings(training: String) throws {
    try expectTheSame(sample(training: training))
  }

  @Test(arguments: ["rnn", "gru", "lstm"], [1, 2])
  func statefulLayers(type: String, accumulation: Int) throws {
    let layers = """
      {"type": "embedding", "dimensions": 8},
      {"type": "\(type)", "units": 12, "return_sequences": true, "stateful": true},
      {"type": "dense"}
      """
    let run = try TextRun(
      layers: layers, data: #", "sequence_length": 12, "validation": {"fraction": 0.2}"#,
      training: ", \"gradient_accumulation\": \(accumulation)", epochs: 3, batchSize: 8)
    let epoch = run.plan.iterationsPerEpoch
    #expect(epoch > 4)
    try expectTheSame(run.plan, run.workspace, stops: [3, 5, epoch, epoch + 1])
  }

  /// What changes while a metric takes in examples is what it saves: everything that it holds afterwards is
  /// there again.
  @Test(arguments: Metrics.catalog.entries.map(\.type))
  func metricsHoldNothingElse(type: String) throws {
    let metric = try #require(Metrics.catalog.entries.first { $0.type == type }?.make())
    let (target, loss) = Self.learned(for: metric)
    let plan = try sample(target: target, training: loss + #""metrics": []"#).plan
    let link = Swift.type(of: plan.loss).link
    let accumulator = metric.resolved(for: plan.data.encoding.target)
      .makeAccumulator(plan.data.encoding.target, link: link, examples: 10)
    let before = Self.properties(of: accumulator)
    let width = plan.network.output.shape.count
    let targetWidth = plan.data.encoding.target.width
    let outputs = (0..<10 * width).map { Float($0 * 7 % 5) / 3 }
    let targets = (0..<10 * targetWidth).map { Float($0 % 3) }
    withAnswers(outputs: outputs, width: width, targets: targets, targetWidth: targetWidth) {
      accumulator.add($0)
    }
    let changed = Self.properties(of: accumulator).filter { before[$0.key] != $0.value }
    var archive = StateArchive()
    accumulator.exchange(&archive)
    #expect(!changed.isEmpty)
    #expect(Set(changed.keys).subtracting(archive.state.members?.map(\.key) ?? []) == [])
  }

  /// What an object holds, by the names under which it is saved: those of parts behind that of the whole.
  private static func properties(of object: Any, prefix: String = "") -> [String: String] {
    var properties: [String: String] = [:]
    for child in Mirror(reflecting: object).children {
      guard let label = child.label else { continue }
      let name = prefix + label.replacing(/[A-Z]/) { "_" + $0.output.lowercased() }
      switch child.value {
      case let part as any RunState:
        properties.merge(Self.properties(of: part, prefix: name + ".")) { $1 }
      case let parts as [any RunState]:
        for (index, part) in parts.enumerated() {
          properties.merge(Self.properties(of: part, prefix: "\(name).\(index).")) { $1 }
        }
      default: properties[name] = String(reflecting: child.value)
      }
    }
    return properties
  }

  @Test func aLongerRunGoesOn() throws {
    let short = try StoppedTraining(sample(training: #""optimizer": "adamw""#))
    _ = try short.finish()
    let run = try StoppedRun(
      path: short.path, overrides: ["training.epochs=7"], version: StoppedTraining.version)
    #expect(run.changes.map(\.path.description) == ["training.epochs"])
    #expect(run.checkpoint?.iterations == 12)
    #expect(run.warnings.isEmpty)
    _ = try run.rewind()
    // A constant rate does not ask how long the run is.
    let whole = try SampleRun(
      layers: Self.layers, data: Self.heldOut, training: #", "optimizer": "adamw""#, rows: 120,
      epochs: 7, batchSize: 32)
    #expect(
      try short.goOn(to: .max).0.memory.model.map(\.bitPattern)
        == (try StoppedTraining(whole).finish().model))
  }

  @Test(arguments: [
    ("training.epochs=2", "'training.epochs' asks for"),
    ("training.batch_size=8", "'training.batch_size' cannot change from 32 to 8"),
    ("training.optimizer=sgd", "'training.optimizer' cannot change from"),
    ("seed=9", "all random numbers follow from it"),
    ("model.layers[0].units=7", "'model.layers[0].units' cannot change from 6 to 7"),
    ("data.validation.fraction=0.3", "the examples and their encoding would be others"),
    ("data.columns.a.scaling=standard", "'data.columns.a' cannot change from nothing to"),
    (#"data.columns={"b": {"type": "number"}}"#, "'data.columns.b' cannot change from nothing to"),
  ])
  func whatWouldBeAnotherRunIsRefused(override: String, message: String) throws {
    let training = try StoppedTraining(sample(training: #""optimizer": "adamw""#))
    _ = try training.finish()
    do {
      _ = try StoppedRun(
        path: training.path, overrides: [override], version: StoppedTraining.version)
      Issue.record("'\(override)' was accepted")
    } catch let failure as Failure {
      let finding = try #require(failure.diagnostics.first)
      #expect(failure.diagnostics.count == 1)
      #expect(finding.message.contains(message), "\(finding.message)")
      #expect(finding.place?.file == "--set")
      #expect(finding.category == .configuration)
    }
  }

  @Test(arguments: [
    "training.early_stopping.patience=50", "training.checkpoint.keep=5",
    "training.max_iterations=100", "name=other",
  ])
  func whatLeavesTheRunAsItIsIsApplied(override: String) throws {
    let training = try StoppedTraining(sample(training: #""optimizer": "adamw""#))
    _ = try training.finish()
    let run = try StoppedRun(
      path: training.path, overrides: [override], version: StoppedTraining.version)
    #expect(run.changes.map(\.path.description).contains { override.hasPrefix($0) })
    #expect(run.event != nil)
  }

  /// A run that is begun again, since it has no checkpoint, takes its new settings to the folder.
  @Test func settingsWithoutACheckpointAreKept() throws {
    let training = try StoppedTraining(sample(training: #""checkpoint": {"keep": 0}"#))
    try training.begin()
    let run = try StoppedRun(
      path: training.path, overrides: ["seed=9"], version: StoppedTraining.version)
    #expect(run.checkpoint == nil)
    _ = try run.rewind()
    let config = try LoadedConfig.read(path: run.directory.configPath)
    #expect(config.config.seed == 9)
  }

  @Test func dataThatChangedIsNoticed() throws {
    let sample = try SampleRun(
      layers: Self.layers, data: Self.heldOut, rows: 120, epochs: 2, batchSize: 32)
    let training = try StoppedTraining(sample)
    _ = try training.finish()
    var bytes = try sample.workspace.read("data.csv")
    let last = try #require(bytes.lastIndex(of: UInt8(ascii: "y")))
    bytes[last] = UInt8(ascii: "x")
    try sample.workspace.write("data.csv", bytes)
    do {
      _ = try StoppedRun(path: training.path, overrides: [], version: StoppedTraining.version)
      Issue.record("other data was accepted")
    } catch let failure as Failure {
      #expect(failure.diagnostics.map(\.code) == ["data-changed"])
      #expect(failure.diagnostics.map(\.category) == [.data])
    }
  }

  /// The same bytes under another name are the same data, and from then on the run has that name.
  @Test func dataMayBeElsewhere() throws {
    let sample = try sample(training: #""optimizer": "adamw""#)
    let training = try StoppedTraining(sample)
    _ = try training.finish(stoppingAt: [5])
    let copy = try sample.workspace.write("copy.csv", sample.workspace.read("data.csv"))
    let setting = "data.train=\(copy)"
    let run = try StoppedRun(
      path: training.path, overrides: [setting], version: StoppedTraining.version)
    #expect(run.changes.map { "\($0.path)=\($0.new?.string ?? "")" } == [setting])
    _ = try run.rewind()
    let stored = try LoadedConfig.read(path: run.directory.configPath)
    #expect(stored.document["data"]?["train"]?.string == copy)

    var bytes = try sample.workspace.read("copy.csv")
    let last = try #require(bytes.lastIndex(of: UInt8(ascii: "y")))
    bytes[last] = UInt8(ascii: "x")
    try sample.workspace.write("copy.csv", bytes)
    do {
      _ = try StoppedRun(
        path: training.path, overrides: [setting], version: StoppedTraining.version)
      Issue.record("other data was accepted")
    } catch let failure as Failure {
      #expect(failure.diagnostics.map(\.code) == ["data-changed"])
      #expect(failure.diagnostics.first?.message.contains("copy.csv") == true)
    }
  }

  @Test func anotherVersionIsRefused() throws {
    let training = try StoppedTraining(sample(training: #""optimizer": "adamw""#))
    _ = try training.finish()
    do {
      _ = try StoppedRun(path: training.path, overrides: [], version: "other")
      Issue.record("a checkpoint of another version was accepted")
    } catch let failure as Failure {
      #expect(failure.diagnostics.last?.message.contains("hptrain test wrote it") == true)
    }
  }
}
