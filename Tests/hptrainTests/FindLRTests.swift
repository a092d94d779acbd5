import Configuration
import Foundation
import TestSupport
import Testing

@Suite struct FindLRTests {
  private static let layers =
    #"{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dropout"}, {"type": "dense"}"#

  @Test func theSuggestionAloneGoesToStandardOutput() throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    let result = try Program.run("find-lr", "config.json", "--ascii", in: workspace.path)
    #expect(result.exitCode == 0)
    let rate = try #require(Double(result.output.dropLast()))
    #expect(rate > 1e-4 && rate < 1)
    let text = result.output.dropLast()
    #expect(result.errors.contains("  \"learning_rate\": \(text)\n"))
    #expect(result.errors.contains("  --set training.optimizer.learning_rate=\(text)\n"))
    #expect(result.errors.contains("configured        0.001"))
    #expect(result.errors.utf8.allSatisfy { $0 < 128 })
    #expect(result.errors.split(separator: "\n").allSatisfy { $0.count <= 80 })
    // Nothing is kept.
    let files = try FileManager.default.contentsOfDirectory(atPath: workspace.path).sorted()
    #expect(files == ["config.json", "data.csv"])
  }

  @Test func theCurveIsTheSameWithAnyNumberOfThreads() throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    let runs = try ["1", "2"].map {
      try Program.run(
        "find-lr", "config.json", "--format", "json", "--threads", $0, in: workspace.path)
    }
    #expect(runs[0].output == runs[1].output)
    let report = try #require(runs[0].events.first)
    let curve = try #require(report["curve"]?.items)
    #expect(report["iterations"]?.integer == curve.count)
    #expect(curve.first?["learning_rate"]?.double == 1e-7)
    let suggestion = try #require(report["suggestion"]?.double)
    let steepest = try #require(report["steepest"]?.double)
    let tenth = try #require(report["minimum_tenth"]?.double)
    #expect(abs(suggestion / min(steepest, tenth) - 1) < 0.05)
    let other = try Program.run(
      "find-lr", "config.json", "--format", "json", "--set", "seed=1", in: workspace.path)
    #expect(other.output != runs[0].output)
  }

  @Test func theRangeIsChosen() throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    let result = try Program.run(
      "find-lr", "config.json", "--from", "1e-6", "--to", "1e-2", "--iterations", "50", "--format",
      "json", in: workspace.path)
    let curve = try #require(result.events.first?["curve"]?.items)
    #expect(curve.count == 50)
    #expect(curve.last?["learning_rate"]?.double == 1e-2)
  }

  @Test func whatDoesNotLearnHasNoSuggestion() throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    let result = try Program.run(
      "find-lr", "config.json", "--from", "1e-20", "--to", "1e-19", "--ascii", in: workspace.path)
    #expect(result.exitCode == 1)
    #expect(result.output == "")
    #expect(result.errors.contains("the loss did not fall at any rate"))
  }

  @Test(arguments: [
    ["--from", "0"], ["--from", "1", "--to", "1"], ["--to", "inf"], ["--iterations", "5"],
    ["--from", "nan"],
  ])
  func wrongRangesAreWrongUse(arguments: [String]) throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    let result = try Program.run(["find-lr", "config.json"] + arguments, in: workspace.path)
    #expect(result.exitCode == 64)
  }

  @Test func aRunIsTestedWithItsConfiguration() throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    let run = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
    let ofFile = try Program.run("find-lr", "config.json", in: workspace.path)
    let ofRun = try Program.run("find-lr", "run", in: workspace.path)
    #expect(ofRun.exitCode == 0, "\(ofRun.errors)")
    #expect(!ofRun.output.isEmpty && ofRun.output == ofFile.output)
    let other = try Program.run("find-lr", ".", "--set", "seed=1", in: workspace.path)
    #expect(other.exitCode == 0, "\(other.errors)")
    try workspace.write("empty/file", "")
    let none = try Program.run("find-lr", "empty", in: workspace.path)
    #expect(none.exitCode == 66)
    #expect(none.errors.contains("'empty' is a folder without a config.json"), "\(none.errors)")
  }

  @Test func wrongConfigurationsHaveTheirExitCode() throws {
    let workspace = try Sample.workspace(training: #""loss": "mse""#)
    #expect(try Program.run("find-lr", "config.json", in: workspace.path).exitCode == 78)
  }
}
