import Configuration
import Foundation
import TestSupport
import Testing

/// `evaluate --require`.
@Suite(.timeLimit(minutes: 10)) struct RequireTests {
  private static func trained() throws -> Workspace {
    let workspace = try Sample.workspace(
      training: #""optimizer": {"type": "adam", "learning_rate": 0.1}"#)
    let run = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
    return workspace
  }

  private static let cases: [(conditions: [String], messages: [String])] = [
    (["accuracy>=0.5"], []), (["accuracy >= 0.5", "loss<1e3", "loss > 0"], []),
    (["loss<=0"], ["is not at most 0"]), (["accuracy>1"], ["is not above 1"]),
    (["loss<0", "accuracy>=0.5", "f1>=1.5"], ["is not below 0", "is not at least 1.5"]),
  ]

  @Test(arguments: cases)
  func whatDoesNotHoldIsTold(conditions: [String], messages: [String]) throws {
    let workspace = try Self.trained()
    let options = conditions.flatMap { ["--require", $0] }
    let text = try Program.run(["evaluate", "run", "data.csv"] + options, in: workspace.path)
    #expect(text.exitCode == (messages.isEmpty ? 0 : 1), "\(text.errors)")
    #expect(text.errors.components(separatedBy: "error: ").count - 1 == messages.count)
    for message in messages { #expect(text.errors.contains(message), "\(text.errors)") }
    #expect(text.output.contains("accuracy"))
    let json = try Program.run(
      ["evaluate", "run", "data.csv", "--format", "json"] + options, in: workspace.path)
    #expect(json.exitCode == text.exitCode && json.lines.count == 1 && json.errors.isEmpty)
    let findings = json.events.first?["diagnostics"]?.items ?? []
    #expect(findings.compactMap { $0["code"]?.string } == messages.map { _ in "condition" })
  }

  @Test func anUndefinedFigureIsNotEnough() throws {
    let workspace = try Self.trained()
    try workspace.write("one.csv", "width,height,kind\n5,5,big\n")
    let result = try Program.run(
      "evaluate", "run", "one.csv", "--require", "roc_auc>=0", in: workspace.path)
    #expect(result.exitCode == 1)
    #expect(
      result.errors.contains("roc_auc is undefined, and has to be at least 0"), "\(result.errors)")
  }

  @Test(arguments: [
    ("acuracy>=0.9", "did you mean 'accuracy'?"), ("rmse<1", "figures: loss, accuracy"),
    ("accuracy", "--require takes a figure"), ("accuracy>=", "--require takes a figure"),
    ("accuracy=>1", "--require takes a figure"), ("accuracy>=high", "--require takes a figure"),
    (">=1", "--require takes a figure"),
  ])
  func wrongConditionsAreWrongUse(condition: String, message: String) throws {
    let workspace = try Self.trained()
    // It is said before the data is looked at.
    let result = try Program.run(
      "evaluate", "run", "none.csv", "--require", condition, in: workspace.path)
    #expect(result.exitCode == 64 && result.output.isEmpty)
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
