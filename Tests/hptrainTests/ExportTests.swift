import Configuration
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ExportTests {
  private func trained(
    data: String = "", layers: String = #"{"type": "dense"}"#
  ) throws -> Workspace {
    let workspace = try Sample.workspace(data: data, layers: layers)
    let result = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    return workspace
  }

  private func files(_ workspace: Workspace) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: workspace.path))
  }

  @Test func theSuffixTellsTheFormat() throws {
    let workspace = try trained()
    let result = try Program.run("export", "run", "--output", "model.onnx", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.output.isEmpty && result.errors.isEmpty)
    // IR version 8 stands first.
    #expect(Array(try workspace.read("model.onnx").prefix(2)) == [8, 8])
    let other = try Program.run("export", "run", "--output", "model.bin", in: workspace.path)
    #expect(other.exitCode == 64)
    #expect(other.errors.contains("--format"))
    #expect(!workspace.exists("model.bin"))
    let named = try Program.run(
      "export", "run", "--output", "model.bin", "--format", "onnx", in: workspace.path)
    #expect(named.exitCode == 0)
    #expect(try workspace.read("model.bin") == workspace.read("model.onnx"))
  }

  @Test func equalModelsGiveEqualBytes() throws {
    let workspace = try trained(layers: #"{"type": "ensemble"}, {"type": "dense"}"#)
    for name in ["a.onnx", "b.onnx"] {
      _ = try Program.run("export", "run", "--output", name, in: workspace.path)
    }
    #expect(try workspace.read("a.onnx") == workspace.read("b.onnx"))
  }

  @Test func aColumnThatIsNotThereIsNamed() throws {
    let workspace = try trained(
      data: #""columns": {"width": {"type": "category", "encoding": "hash", "buckets": 8}}"#)
    let before = try files(workspace)
    let result = try Program.run("export", "run", "--output", "model.onnx", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("\"width\""))
    #expect(try files(workspace) == before)
  }

  @Test func whatCannotBeWrittenIsSaid() throws {
    let workspace = try trained()
    let result = try Program.run("export", "run", "--output", "no/model.onnx", in: workspace.path)
    #expect(result.exitCode == 73)
    #expect(result.errors.contains("no/model.onnx"))
    let missing = try Program.run("export", "nowhere", "--output", "a.onnx", in: workspace.path)
    #expect(missing.exitCode == 66)
  }
}
