import Foundation
import TestSupport
import Testing

/// What is written replaces neither what is read nor what was trained.
@Suite(.timeLimit(minutes: 10)) struct OutputGuardTests {
  private func trained() throws -> Workspace {
    let workspace = try Sample.workspace()
    let result = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    return workspace
  }

  @Test(arguments: ["pytorch", "keras"])
  func anExportDoesNotReplaceItsModel(format: String) throws {
    let workspace = try trained()
    let before = try workspace.read("run/model.safetensors")
    try workspace.write("copy.safetensors", before)
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("link"), withDestinationPath: workspace.path("run"))
    for (model, output, help) in [
      ("run", "run", "name another folder: --output run/\(format)"),
      ("run", "./run/", "name another folder: --output ./run/\(format)"),
      ("run", "link", "--output link/\(format)"),
      (
        "copy.safetensors", "./copy.safetensors",
        "name another file: --output ./copy-\(format).safetensors"
      ),
    ] {
      let result = try Program.run(
        "export", model, "--format", format, "--output", output, in: workspace.path)
      #expect(result.exitCode == 73)
      #expect(result.errors.contains("is what is read, and would be replaced"), "\(result.errors)")
      #expect(result.errors.contains(help), "\(result.errors)")
    }
    #expect(try workspace.read("run/model.safetensors") == before)
    #expect(try workspace.read("copy.safetensors") == before)
    #expect(!workspace.exists("run/model.py") && !workspace.exists("copy.py"))
  }

  @Test func anExportReplacesNoOtherModel() throws {
    let workspace = try trained()
    let before = try workspace.read("run/model.safetensors")
    try workspace.write("other/model.safetensors", before)
    let refused = try Program.run(
      "export", "run", "--format", "pytorch", "--output", "other", in: workspace.path)
    #expect(refused.exitCode == 73)
    #expect(
      refused.errors.contains("'other/model.safetensors' exists, and is a model of hptrain"),
      "\(refused.errors)")
    #expect(try workspace.read("other/model.safetensors") == before)
    // What was exported is made again.
    for _ in 0..<2 {
      let result = try Program.run(
        "export", "run", "--format", "pytorch", "--output", "net", in: workspace.path)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
  }

  @Test func anImportDoesNotReplaceItsWeights() throws {
    let workspace = try trained()
    _ = try Program.run(
      "export", "run", "--format", "pytorch", "--output", "own.safetensors", in: workspace.path)
    let before = try workspace.read("own.safetensors")
    for output in ["own.safetensors", "./own.safetensors", "config.json", "data.csv"] {
      let result = try Program.run(
        "import", "config.json", "own.safetensors", "--output", output, in: workspace.path)
      #expect(result.exitCode == 73)
      #expect(
        result.errors.contains("'\(output)' is what is read, and would be replaced"),
        "\(result.errors)")
    }
    #expect(try workspace.read("own.safetensors") == before)
  }
}
