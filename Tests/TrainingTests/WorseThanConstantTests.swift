import Configuration
import Datasets
import Numerics
import TestSupport
import Testing
import Training

/// A run that blew up without coming to numbers that are not finite does not end without a word.
@Suite struct WorseThanConstantTests {
  /// Trains two epochs on a target that is `first`, and up to a hundred steps more.
  private func train(
    rate: Double, activation: String, first: Int = 100_000, step: Int = 9000,
    scaling: String = "none", loss: String = "mse"
  ) throws -> (outcome: TrainingLoop.Outcome, warnings: [Diagnostic]) {
    let rows = (0..<60).map { row in
      "\(Double(row * 37 % 101) / 10),\(row % 7),\(first + row * 37 % 101 * step)"
    }
    let run = try FileRun(
      ["data.csv": Array(("a,b,y\n" + rows.joined(separator: "\n") + "\n").utf8)],
      data: #""train": "data.csv", "target": "y", "scaling": "\#(scaling)""#,
      layers:
        #"{"type": "dense", "units": 4, "activation": "\#(activation)"}, {"type": "dense"}"#,
      training:
        #", "loss": "\#(loss)", "optimizer": {"type": "sgd", "learning_rate": \#(rate)}"#)
    let plan = try run.sound
    let sets = try plan.data.makeSets()
    let loop = immortal(try TrainingLoop(plan, sets: sets, pool: ThreadPool(threads: 1)))
    var observer = TrainingLoop.Observer()
    var warnings: [Diagnostic] = []
    observer.warning = { warnings.append($0) }
    let outcome = try loop.run(observer)
    // What was learned is still there.
    let set = try #require(sets[.train])
    #expect(loop.evaluate(set).loss == outcome.train?.loss)
    return (outcome, warnings)
  }

  @Test func aRunThatBlewUpSaysSo() throws {
    let (outcome, warnings) = try train(rate: 1, activation: "relu")
    #expect(outcome.reason == .completed)
    #expect(outcome.train?.loss.isFinite == true)
    #expect(warnings.map(\.code) == ["worse-than-constant"])
    let warning = try #require(warnings.first)
    #expect(warning.severity == .warning)
    #expect(warning.message.hasPrefix("the model is far worse than a constant answer"))
    #expect(
      warning.help?.hasSuffix(
        #"is not scaled: "columns": {"y": {"scaling": "standard"}} in data"#) == true)
  }

  /// One that learned little may be as bad, and is no worse than it began.
  @Test(arguments: [1e-12, 1e-6])
  func aRunThatLearnedLittleDoesNot(rate: Double) throws {
    let (outcome, warnings) = try train(rate: rate, activation: "tanh", first: 1_000_000, step: 1)
    #expect(outcome.train?["r2"].map { $0 < -1000 } == true)
    #expect(warnings.isEmpty)
  }

  /// The loss of large counts is below 0, of which a multiple says nothing.
  @Test func countsAreLearned() throws {
    let (outcome, warnings) = try train(
      rate: 0.001, activation: "tanh", first: 50, step: 1, loss: "poisson")
    #expect(outcome.train.map { $0.loss < -100 } == true)
    #expect(warnings.isEmpty)
    let blown = try train(rate: 0.02, activation: "tanh", first: 50, step: 1, loss: "poisson")
    #expect(blown.warnings.map(\.code) == ["worse-than-constant"])
  }

  @Test func scaledTargetsAreLearned() throws {
    let (_, warnings) = try train(rate: 0.1, activation: "relu", scaling: "standard")
    #expect(warnings.isEmpty)
  }
}
