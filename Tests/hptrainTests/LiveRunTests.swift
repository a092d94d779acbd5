import Foundation
import TestSupport
import Testing

/// What happens to the files of a run while it goes on.
@Suite(.timeLimit(minutes: 10)) struct LiveRunTests {
  private static func workspace() throws -> Workspace {
    try Sample.workspace(
      data: #""validation": {"fraction": 0.2}"#, training: #""checkpoint": {"every_epochs": 1}"#)
  }

  @Test func theCheckpointFolderIsMadeAgain() throws {
    let workspace = try Self.workspace()
    let run = try LiveRun(in: workspace)
    let hasBegun = run.wait(seconds: 60) { _ in workspace.exists("run/checkpoints") }
    try #require(hasBegun)
    try FileManager.default.moveItem(
      atPath: workspace.path("run/checkpoints"), toPath: workspace.path("gone"))
    let isBack = run.wait(seconds: 60) { _ in workspace.exists("run/checkpoints") }
    #expect(isBack)
    let result = run.interrupt()
    #expect(result.exitCode == 130, "\(result.errors.suffix(2000))")
    #expect(result.errors.contains("to go on: hptrain train --resume run\n"))
    let names = try FileManager.default.contentsOfDirectory(
      atPath: workspace.path("run/checkpoints"))
    #expect(names.contains { $0.hasSuffix(".safetensors") })
  }

  @Test func aRenamedFolderIsToldWithACommandThatWorks() throws {
    let workspace = try Self.workspace()
    try workspace.write("elsewhere/file", "")
    let run = try LiveRun(in: workspace, environment: ["TMPDIR": "elsewhere"])
    try FileManager.default.moveItem(
      atPath: workspace.path("run"), toPath: workspace.path("renamed"))
    let result = run.interrupt()
    #expect(result.exitCode == 73, "\(result.errors.suffix(2000))")
    #expect(
      result.errors.contains("since the folder 'run' was renamed or removed while the run went on"))
    let help = try #require(
      result.errors.split(separator: "\n").last { $0.contains("make the folder again") })
    let command = try #require(help.components(separatedBy: "move it: ").last)
    #expect(try Shell.run(command, in: workspace).exitCode == 0)
    let info = try Program.run("info", "run/model.safetensors", in: workspace.path)
    #expect(info.exitCode == 0, "\(info.errors)")
  }

  /// A process that is killed young leaves a model, too.
  @Test func theFirstModelComesSoon() throws {
    let workspace = try Self.workspace()
    let run = try LiveRun(in: workspace)
    // It was five seconds before.
    let isThere = run.wait(seconds: 4) { _ in workspace.exists("run/model.safetensors") }
    #expect(isThere)
    _ = run.interrupt()
  }
}
