import Configuration
import Foundation
import TestSupport
import Testing

/// A search by hypergradients, as a whole.
@Suite struct HypergradientTests {
  private static func workspace(_ algorithm: String = #""hypergradient""#, space: String? = nil)
    throws -> Workspace
  {
    let workspace = try Sample.workspace()
    let rate =
      #""training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.00001, "high": 1}"#
    try workspace.write(
      "config.json",
      """
      {
        "name": "rate", "seed": 3,
        "data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.3}},
        "model": {"layers": [{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense"}]},
        "training": {"epochs": 60, "batch_size": 8,
                     "optimizer": {"type": "adam", "learning_rate": 0.0002}},
        "tuning": {"space": {\(space ?? rate)}, "algorithm": \(algorithm)}
      }
      """)
    return workspace
  }

  private static func loss(_ workspace: Workspace, rate: Double) throws -> Double {
    let run = try Program.run(
      "train", "config.json", "--set", "training.optimizer.learning_rate=\(rate)", "--format",
      "json", in: workspace.path)
    return run.events.last?["validation"]?["loss"]?.double ?? .nan
  }

  @Test func aRateThatIsFarTooSmallIsMended() throws {
    let workspace = try Self.workspace()
    let result = try Program.run(
      "tune", "config.json", "--study", "a.db", "--quiet", "--format", "json", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    let trials = result.events.filter { $0["event"]?.string == "trial" }
    // One training, from the rate of the file.
    let trial = try #require(trials.first)
    #expect(trials.count == 1)
    #expect(trial["settings"]?["training.optimizer.learning_rate"]?.double == 0.0002)
    let rate = try #require(trial["adapted"]?["learning_rate"]?.double)
    #expect(rate > 0.002)
    let value = try #require(trial["values"]?["validation_loss"]?.double)
    let fixed = try [0.005, 0.02, 0.08].map { try Self.loss(workspace, rate: $0) }.min() ?? .nan
    let unmended = try Self.loss(workspace, rate: 0.0002)
    #expect(value < 1.3 * fixed && value < 0.6 * unmended, "\(value) \(fixed) \(unmended)")

    let written = try Program.run(
      "tune", "best", "a.db", "--config", "config.json", "--write-config", "best.json",
      in: workspace.path)
    #expect(written.exitCode == 0, "\(written.errors)")
    let run = try Program.run("train", "best.json", "--format", "json", in: workspace.path)
    #expect(run.events.last?["validation"]?["loss"]?.double == value)
  }

  @Test func moreTrialsBeginElsewhere() throws {
    let workspace = try Self.workspace(#"{"type": "hypergradient", "step_size": 0.3}"#)
    for jobs in ["1", "2"] {
      let result = try Program.run(
        "tune", "config.json", "--study", jobs + ".db", "--trials", "6", "--jobs", jobs,
        "--quiet", in: workspace.path)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
    let tables = try ["1", "2"].map {
      try Program.run(
        "tune", "table", $0 + ".db", "--sort", "number", "--format", "csv", in: workspace.path
      ).lines
    }
    #expect(tables[0].count == 7 && Set(tables[0]).count == 7)
    #expect(tables[0] == tables[1])
  }

  @Test(arguments: [
    (
      #""training.batch_size": {"type": "choice", "values": [4, 8]}"#,
      "the space has neither"
    ),
    (
      #""training.optimizer.learning_rate": {"type": "uniform", "low": 0, "high": 1}"#,
      "has to stay above 0"
    ),
  ])
  func whatCannotBeAdaptedIsRefused(space: String, message: String) throws {
    let workspace = try Self.workspace(space: space)
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
