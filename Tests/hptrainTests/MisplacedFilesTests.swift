import Foundation
import TestSupport
import Testing

/// Files that are good ones, but of another kind than the command wants.
@Suite(.timeLimit(minutes: 10)) struct MisplacedFilesTests {
  private static func workspace(training: String = "") throws -> Workspace {
    let workspace = try Sample.workspace(training: training)
    let run = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
    return workspace
  }

  @Test(arguments: [["train"], ["check"], ["tune"], ["find-lr"]])
  func aModelIsNoConfiguration(command: [String]) throws {
    let workspace = try Self.workspace()
    let result = try Program.run(command + ["run/model.safetensors"], in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.components(separatedBy: "error: ").count == 2, "\(result.errors)")
    #expect(
      result.errors.contains(
        "error: 'run/model.safetensors' is a safetensors file, as models are, and no configuration\n"
      ), "\(result.errors)")
    #expect(result.errors.contains("hptrain show run/model.safetensors > config.json"))
    #expect(result.errors.contains("--set model.initial_parameters=run/model.safetensors"))
  }

  @Test func aModelThatArrivesIsNoConfiguration() throws {
    let workspace = try Self.workspace()
    let result = try Program.run(
      "check", "-", in: workspace.path, input: try workspace.read("run/model.safetensors"))
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("standard input is a safetensors file"), "\(result.errors)")
  }
}
