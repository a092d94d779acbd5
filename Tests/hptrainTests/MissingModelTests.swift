import Foundation
import TestSupport
import Testing

/// Commands that need a model, and get a run without one.
@Suite(.timeLimit(minutes: 10)) struct MissingModelTests {
  private func workspace() throws -> Workspace {
    let workspace = try Sample.workspace()
    let run = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
    try FileManager.default.removeItem(atPath: workspace.path("run/model.safetensors"))
    return workspace
  }

  private static let commands = [
    ["info", "run"], ["predict", "run", "data.csv"], ["evaluate", "run", "data.csv"],
    ["export", "run", "--output", "x.onnx"],
  ]

  @Test(arguments: commands) func aRunThatTrainsIsTold(command: [String]) throws {
    let workspace = try workspace()
    // As a process that trains has it.
    let descriptor = open(workspace.path("run/metrics.jsonl"), O_RDWR)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    try #require(fcntl(descriptor, F_SETLK, &lock) == 0)
    let result = try Program.run(command, in: workspace.path)
    #expect(result.exitCode == 66)
    #expect(
      result.errors.contains("'run' has no model yet: process \(getpid()) trains it"),
      "\(result.errors)")
  }

  @Test(arguments: commands) func aRunThatWasStoppedIsTold(command: [String]) throws {
    let workspace = try workspace()
    let ended = try Program.run(command, in: workspace.path)
    #expect(ended.exitCode == 66)
    #expect(
      ended.errors.contains("it was trained to its end, and the file is gone"), "\(ended.errors)")
    try workspace.write("run/metrics.jsonl", "")
    let stopped = try Program.run(command, in: workspace.path)
    #expect(stopped.exitCode == 66)
    #expect(
      stopped.errors.contains("'run' has no model: it was stopped before the first was written"),
      "\(stopped.errors)")
    #expect(stopped.errors.contains("to go on: hptrain train --resume run"), "\(stopped.errors)")
  }

  @Test func aCrossValidationNamesItsFolds() throws {
    let workspace = try Sample.workspace()
    let run = try Program.run(
      "train", "config.json", "--folds", "2", "--output", "cv", "--quiet", in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
    let result = try Program.run("predict", "cv", "data.csv", in: workspace.path)
    #expect(result.exitCode == 66)
    #expect(result.errors.contains("name a fold: cv/folds/1"), "\(result.errors)")
    #expect(try Program.run("predict", "cv/folds/1", "data.csv", in: workspace.path).exitCode == 0)
  }
}
