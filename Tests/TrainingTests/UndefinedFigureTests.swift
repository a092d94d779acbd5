import Configuration
import Datasets
import Numerics
import TestSupport
import Testing
import Training

/// What is monitored may be undefined for the examples of a part.
@Suite struct UndefinedFigureTests {
  /// Four examples of training in batches of two; the validation part has one class only.
  private static func sample(_ training: String) throws -> TableSample {
    try TableSample(
      "a,y\n1,p\n2,q\n3,p\n4,q\n", data: #""validation": "one.csv""#,
      training: #""epochs": 8, "batch_size": 2, "metrics": ["roc_auc"], "# + training,
      others: ["one.csv": "a,y\n1,p\n3,p\n"])
  }

  private static let stopping =
    #""early_stopping": {"monitor": "validation_roc_auc", "patience": 3}"#

  private func figure(_ name: String, _ value: Double, loss: Double) -> MonitoredFigure {
    Monitor(name: "validation_" + name).result(
      train: Figures(all: []),
      validation: Figures(all: [.init(name: "loss", value: loss), .init(name: "f1", value: value)]),
      metrics: [F1()])
  }

  /// A loss that is no number is the model's fault, and not the examples'.
  @Test func undefinedIsNotWorse() {
    #expect(figure("f1", .nan, loss: 1) == .undefined)
    #expect(figure("f1", 0.25, loss: 1) == .value(-0.25))
    #expect(figure("f1", .nan, loss: .nan) == .value(.infinity))
    #expect(figure("loss", 0.25, loss: .nan) == .value(.infinity))
    #expect(figure("loss", 0.25, loss: 3) == .value(3))
    #expect(figure("recall", 0.25, loss: 3) == .absent)
  }

  /// Until one has a figure the last epoch is kept; then those without count for nothing.
  @Test func epochsWithoutAFigureAreNotCounted() {
    let model = UnsafeMutableBufferPointer<Float>.allocate(capacity: 1)
    model.initialize(repeating: 0)
    defer { model.deallocate() }
    let best = BestModel(model, minimumDelta: 0)
    let figures: [MonitoredFigure] = [
      .undefined, .undefined, .value(.infinity), .value(1), .undefined, .value(2), .undefined,
      .value(0.5), .undefined,
    ]
    var (isKept, without): ([Bool], [Int]) = ([], [])
    for (index, figure) in figures.enumerated() {
      isKept.append(best.offer(epoch: index + 1, figure: figure))
      without.append(best.epochsWithout(index + 1))
    }
    #expect(isKept == [true, true, true, true, false, false, false, true, false])
    #expect(without == [0, 0, 0, 0, 0, 1, 1, 0, 0])
    #expect(best.epoch == 8 && best.lastImprovement == 8)
  }

  @Test func aPlateauIsNotMadeOfThem() throws {
    let schedule = try #require(
      Schedules.catalog.codec.value(#"{"type": "reduce_on_plateau", "patience": 1}"#)
        as? ReduceOnPlateauSchedule)
    var plateau = Plateau()
    for _ in 0..<5 { plateau.take(.undefined, by: schedule) }
    plateau.take(.value(1), by: schedule)
    for _ in 0..<5 { plateau.take(.undefined, by: schedule) }
    #expect(plateau.share == 1)
    for _ in 0..<2 { plateau.take(.value(1), by: schedule) }
    #expect(plateau.share == 0.1)
  }

  @Test func theRunGoesOnAndSaysWhy() throws {
    let plan = try Self.sample(
      Self.stopping
        + #", "learning_rate_schedule": {"type": "reduce_on_plateau", "monitor": "validation_roc_auc", "patience": 1}"#
    ).sound
    let loop = immortal(
      try TrainingLoop(plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 1)))
    var observer = TrainingLoop.Observer()
    var warnings: [Diagnostic] = []
    var rates: Set<Double> = []
    observer.warning = { warnings.append($0) }
    observer.epoch = { rates.insert($0.learningRate) }
    let outcome = try loop.run(observer)
    #expect(outcome.reason == .completed)
    #expect(outcome.bestEpoch == 8)
    #expect(outcome.lastImprovement == 0)
    #expect(rates.count == 1)
    #expect(warnings.map(\.code) == ["undefined-monitor"])
    let warning = try #require(warnings.first)
    #expect(warning.severity == .warning)
    #expect(warning.message.hasPrefix("validation_roc_auc is undefined in epoch 1"))
    #expect(warning.help == "hold out rows with and without each class, or monitor validation_loss")
    #expect(
      plan.cause(ofUndefined: Monitor(name: "validation_roc_auc"))
        == warning.message.replacing(" in epoch 1", with: "").prefix { $0 != ";" })
  }

  /// Only rows that are drawn one by one can be drawn by their class.
  @Test(arguments: [
    (#""validation": {"fraction": 0.5}"#, true),
    (#""validation": {"fraction": 0.5}, "group": "g""#, false),
  ])
  func theAdviceFitsTheDivision(data: String, isStratified: Bool) throws {
    let plan = try TableSample(
      "a,g,y\n" + (0..<16).map { "\($0),\($0 / 4),\($0 == 3 ? "p" : "q")\n" }.joined(), data: data,
      // By which the only "p" is drawn into the training part.
      training: Self.stopping + #", "epochs": 9, "metrics": ["roc_auc"]"#, seed: 3
    ).sound
    let loop = immortal(
      try TrainingLoop(plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 1)))
    var observer = TrainingLoop.Observer()
    var warnings: [Diagnostic] = []
    observer.warning = { warnings.append($0) }
    _ = try loop.run(observer)
    let help = try #require(warnings.first?.help)
    #expect(help.contains("stratify") == isStratified, "\(help)")
    #expect(help.contains("groups") != isStratified, "\(help)")
  }

  @Test func aRunThatGoesOnDoesTheSame() throws {
    let sample = try Self.sample(Self.stopping)
    let whole = try StoppedTraining(sample.sound, data: sample.workspace)
    let stopped = try StoppedTraining(sample.sound, data: sample.workspace)
    let end = try whole.finish()
    #expect(end.summary.contains(#""best_epoch":8"#))
    #expect(try stopped.finish(stoppingAt: [3, 6, 11]) == end)
  }
}
