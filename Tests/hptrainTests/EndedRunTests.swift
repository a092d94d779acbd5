import Configuration
import Foundation
import TestSupport
import Testing

/// `--resume` of a run that was trained to its end and has no checkpoints any more.
@Suite(.timeLimit(minutes: 10)) struct EndedRunTests {
  private func train(_ workspace: Workspace, _ settings: [String] = []) throws {
    let run = try Program.run(
      ["train", "config.json", "--output", "run", "--quiet"] + settings, in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
  }

  private func removeCheckpoints(_ workspace: Workspace) throws {
    try FileManager.default.removeItem(atPath: workspace.path("run/checkpoints"))
  }

  @Test(arguments: [[], ["--quiet"], ["--set", "training.epochs=3"]])
  func aFinishedModelStays(arguments: [String]) throws {
    let workspace = try Sample.workspace()
    try train(workspace)
    let found = try Program.run(
      "find-threshold", "run", "data.csv", "--cost", "1,5", in: workspace.path)
    #expect(found.exitCode == 0, "\(found.errors)")
    try removeCheckpoints(workspace)
    let before = try workspace.contents()
    let again = try Program.run(["train", "--resume", "run"] + arguments, in: workspace.path)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.output == "run/model.safetensors\n")
    let isTold = again.errors.contains(
      "all 24 iterations were made already; there is no checkpoint from which it could go on")
    #expect(isTold == (arguments != ["--quiet"]), "\(again.errors)")
    let isUntouched = try workspace.contents() == before
    #expect(isUntouched)
  }

  @Test func aRunThatWasToWriteNoneIsTheSame() throws {
    let workspace = try Sample.workspace(training: #""checkpoint": {"keep": 0}"#)
    try train(workspace)
    let again = try Program.run(
      "train", "--resume", "run", "--format", "json", in: workspace.path)
    #expect(again.exitCode == 0, "\(again.errors)")
    let resume = try #require(again.events.first { $0["event"]?.string == "resume" })
    let end = try #require(again.events.last { $0["event"]?.string == "end" })
    #expect(resume["iteration"]?.integer == 24)
    #expect(end["reason"]?.string == "completed" && end["run"]?.string == "run")
    #expect(end["train"]?["loss"]?.double != nil)
  }

  @Test func anEarlyStopIsAnEnd() throws {
    let workspace = try Sample.workspace(
      data: #""validation": {"fraction": 0.3}"#,
      training: #"""
        "optimizer": {"type": "sgd", "learning_rate": 30}, "early_stopping": {"patience": 2}
        """#)
    try train(workspace, ["--set", "training.epochs=200"])
    try removeCheckpoints(workspace)
    let again = try Program.run("train", "--resume", "run", in: workspace.path)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.errors.contains("stopped early after "), "\(again.errors)")
  }

  /// A model that is finished is not trained over, and the command of the help trains a new one.
  @Test func moreThanWasTrainedIsRefused() throws {
    let workspace = try Sample.workspace()
    try train(workspace)
    try removeCheckpoints(workspace)
    let before = try workspace.contents()
    for setting in ["training.epochs=9", "training.batch_size=4", "seed=9"] {
      let result = try Program.run(
        "train", "--resume", "run", "--set", setting, in: workspace.path)
      #expect(result.exitCode == 65, "\(result.errors)")
      #expect(
        result.errors.contains(
          "the run has ended after 24 iterations, and there is no checkpoint from which it could go on"
        ), "\(result.errors)")
      #expect(
        result.errors.contains(
          "hptrain train run/config.json --set model.initial_parameters=model.safetensors"))
    }
    let isUntouched = try workspace.contents() == before
    #expect(isUntouched)
    let longer = try Program.run(
      "train", "run/config.json", "--set", "model.initial_parameters=model.safetensors", "--set",
      "training.epochs=9", "--output", "longer", in: workspace.path)
    #expect(longer.exitCode == 0, "\(longer.errors)")
  }

  /// Nothing is lost of a run that has neither a checkpoint nor a model that is finished.
  @Test func aRunWithoutAModelBeginsAgain() throws {
    let workspace = try Sample.workspace()
    try train(workspace)
    let model = try workspace.read("run/model.safetensors")
    try removeCheckpoints(workspace)
    try FileManager.default.removeItem(atPath: workspace.path("run/model.safetensors"))
    let anew = try Program.run("train", "--resume", "run", in: workspace.path)
    #expect(anew.exitCode == 0, "\(anew.errors)")
    #expect(anew.errors.contains("there is no checkpoint, so the run begins again"))
    let isSame = try workspace.read("run/model.safetensors") == model
    #expect(isSame)
  }
}
