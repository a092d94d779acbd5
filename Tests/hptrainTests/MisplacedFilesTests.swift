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
    // As the setting is read: a relative path begins at the configuration.
    let path = workspace.path("run/model.safetensors")
    #expect(result.errors.contains("--set model.initial_parameters=\(path)"), "\(result.errors)")
  }

  @Test func aCheckpointIsNoConfiguration() throws {
    let workspace = try Self.workspace(training: #""checkpoint": {"every_epochs": 1}"#)
    let checkpoint = try Self.checkpoint(in: workspace)
    let result = try Program.run("check", checkpoint, in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(
      result.errors.contains(
        "'\(checkpoint)' is a checkpoint, from which its run can go on, and no configuration"),
      "\(result.errors)")
    #expect(result.errors.contains("hptrain train --resume run"), "\(result.errors)")
  }

  /// Weights of another program are in files of the same kind, and have no configuration to show.
  @Test func weightsAreNoConfiguration() throws {
    let workspace = try Sample.workspace()
    let header = Array(#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#.utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    try workspace.write("weights.safetensors", length + header + [0, 0, 0, 0])
    let result = try Program.run("check", "weights.safetensors", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("and no configuration"), "\(result.errors)")
    #expect(result.errors.contains("'hptrain import'"), "\(result.errors)")
    #expect(!result.errors.contains("hptrain show"), "\(result.errors)")
  }

  @Test func aModelThatArrivesIsNoConfiguration() throws {
    let workspace = try Self.workspace()
    let result = try Program.run(
      "check", "-", in: workspace.path, input: try workspace.read("run/model.safetensors"))
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("standard input is a safetensors file"), "\(result.errors)")
  }

  /// The checkpoint of a run, as seen from its workspace.
  private static func checkpoint(in workspace: Workspace) throws -> String {
    let folder = "run/checkpoints"
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.path(folder))
    let newest = try #require(names.sorted().last)
    return "\(folder)/\(newest)"
  }

  @Test(arguments: [
    ["info"], ["show"], ["diff", "run"], ["generate"], ["predict", "CHECKPOINT", "data.csv"],
    ["evaluate", "CHECKPOINT", "data.csv"], ["export", "CHECKPOINT", "--output", "x.onnx"],
  ])
  func aCheckpointIsNoModel(command: [String]) throws {
    let workspace = try Self.workspace(training: #""checkpoint": {"every_epochs": 1}"#)
    let checkpoint = try Self.checkpoint(in: workspace)
    let command = command.contains("CHECKPOINT") ? command : command + ["CHECKPOINT"]
    let arguments = command.map { $0 == "CHECKPOINT" ? checkpoint : $0 }
    let result = try Program.run(arguments, in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(
      result.errors.contains(
        "'\(checkpoint)' is a checkpoint, from which its run can go on, and no model"),
      "\(result.errors)")
    #expect(
      result.errors.contains(
        "the model of the run is 'run/model.safetensors'; to go on with the run: hptrain train --resume run"
      ), "\(result.errors)")
  }

  /// Elsewhere than in its run it tells nothing of that.
  @Test func aCopiedCheckpointIsNoModel() throws {
    let workspace = try Self.workspace(training: #""checkpoint": {"every_epochs": 1}"#)
    try workspace.write("copy", try workspace.read(Self.checkpoint(in: workspace)))
    let result = try Program.run("info", "copy", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("'copy' is a checkpoint"), "\(result.errors)")
    #expect(result.errors.contains("hptrain train --resume RUN"), "\(result.errors)")
  }

  @Test(arguments: [["evaluate"], ["predict"], ["info"]])
  func aConfigurationIsNoModel(command: [String]) throws {
    let workspace = try Sample.workspace()
    let data = command == ["info"] ? [] : ["data.csv"]
    let result = try Program.run(command + ["config.json"] + data, in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(
      result.errors.contains(
        "'config.json' is no valid model: it is a JSON text, as configurations are"),
      "\(result.errors)")
  }

  @Test func aCompressedModelIsToUnpack() throws {
    let workspace = try Self.workspace()
    let packed = try Shell.run(
      "gzip -c run/model.safetensors > model.safetensors.gz && $hptrain info model.safetensors.gz",
      in: workspace)
    #expect(packed.exitCode == 65)
    #expect(packed.errors.contains("it is compressed by gzip"), "\(packed.errors)")
    let help = "gzip -dc model.safetensors.gz > model.safetensors"
    #expect(packed.errors.contains(help), "\(packed.errors)")
    #expect(
      try Shell.run("\(help) && $hptrain info model.safetensors", in: workspace).exitCode == 0)
  }

  /// The folder of a run may be named by its model.
  @Test func aModelToResumeIsItsRun() throws {
    let workspace = try Self.workspace(training: #""checkpoint": {"every_epochs": 1}"#)
    let result = try Program.run(
      "train", "--resume", "run/model.safetensors", "--set", "training.epochs=4", "--quiet",
      in: workspace.path)
    #expect(result.exitCode == 0 && result.output == "run/model.safetensors\n", "\(result.errors)")
    let other = try Shell.run(
      "mkdir far && cp run/model.safetensors far && $hptrain train --resume far/model.safetensors",
      in: workspace)
    #expect(other.exitCode == 66, "\(other.errors)")
  }
}
