import Configuration
import TestSupport
import Testing

@Suite struct ShowTests {
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("sub/data.csv", Sample.csv)
    try workspace.write(
      "sub/config.json",
      """
      {
        "data": {"train": "data.csv", "target": "kind", "missing": "median"},
        "model": {"layers": [
          {"type": "dense", "units": 4, "activation": "tanh", "kernel_initializer": "glorot_normal"},
          {"type": "dense"}
        ]},
        "training": {"epochs": 3, "optimizer": "sgd"}
      }
      """)
    return workspace
  }

  /// What is shown is what a run would save, but for its paths, and it trains to the same model.
  @Test func theWholeCanBeTrainedAsItStands() throws {
    let workspace = try workspace()
    let shown = try Program.run("show", "sub/config.json", in: workspace.path)
    #expect(shown.exitCode == 0)
    #expect(shown.errors == "")
    let value = JSONParser.parse(SourceText(name: "shown", shown.output)).value
    #expect(value["data"]?["train"]?.string == "data.csv")
    #expect(value["name"]?.string == "config")
    #expect(value["model"]?["layers"]?.items?[1]["units"]?.integer == 2)
    try workspace.write("sub/shown.json", shown.output)
    let again = try Program.run("show", "sub/shown.json", in: workspace.path)
    #expect(again.output == shown.output)
    for name in ["config", "shown"] {
      let result = try Program.run(
        "train", "sub/\(name).json", "--output", name, "-q", in: workspace.path)
      #expect(result.exitCode == 0)
    }
    #expect(
      try workspace.read("config/model.safetensors") == workspace.read("shown/model.safetensors"))
    let run = try Program.run("show", "config", in: workspace.path)
    #expect(run.output == shown.output.replacing("\"data.csv\"", with: "\"../sub/data.csv\""))
    #expect(run.output == String(decoding: try workspace.read("config/config.json"), as: UTF8.self))
    // A model knows the names of files only.
    let model = try Program.run("show", "config/model.safetensors", in: workspace.path)
    #expect(model.output == shown.output)
  }

  @Test(arguments: [
    ("training.epochs", "training.epochs = 9", "--set"),
    ("training.optimizer.type", "training.optimizer.type = \"sgd\"", "sub/config.json:7"),
    ("training.optimizer.momentum", "training.optimizer.momentum = 0", "default"),
    ("training.loss.type", "training.loss.type = \"cross_entropy\"", "derived from the data"),
    ("training.metrics", "training.metrics = [\"accuracy\"]", "derived from the data"),
    ("data.task", "data.task = \"classification\"", "derived from the data"),
    ("data.missing.strategy", "data.missing.strategy = \"median\"", "sub/config.json:2"),
    ("data.missing.number_tokens", "data.missing.number_tokens = [\"-\"]", "default"),
    ("name", "name = \"config\"", "default"),
    ("model.layers[1].units", "model.layers[1].units = 2", "derived from the data"),
    (
      "model.layers[0].kernel_initializer.type",
      "model.layers[0].kernel_initializer.type = \"xavier_normal\"", "sub/config.json:4"
    ),
    ("training.batch_size", "training.batch_size = 32", "default"),
  ])
  func everySettingHasAnOrigin(path: String, setting: String, origin: String) throws {
    let workspace = try workspace()
    let result = try Program.run(
      "show", "sub/config.json", path, "--origin", "--set", "training.epochs=9",
      in: workspace.path)
    #expect(result.output == "\(setting)  \(origin)\n")
  }

  @Test func originsAreObjectsInJSON() throws {
    let workspace = try workspace()
    let result = try Program.run(
      "show", "sub/config.json", "training", "--origin", "--format", "json", "--set",
      "training.batch_size=4", in: workspace.path)
    let byPath = Dictionary(
      result.events.map { ($0["path"]?.string ?? "", $0.compactText) }
    ) { first, _ in first }
    #expect(
      byPath["training.epochs"]
        == #"{"path":"training.epochs","value":3,"origin":"file","file":"sub/config.json","line":7,"column":26}"#
    )
    #expect(
      byPath["training.batch_size"]
        == #"{"path":"training.batch_size","value":4,"origin":"--set","file":null,"line":null,"column":null}"#
    )
    #expect(
      byPath["training.shuffle"]
        == #"{"path":"training.shuffle","value":true,"origin":"default","file":null,"line":null,"column":null}"#
    )
  }

  @Test func aPartIsShownAlone() throws {
    let workspace = try workspace()
    let part = try Program.run("show", "sub/config.json", "training.epochs", in: workspace.path)
    #expect(part.output == "3\n")
    let line = try Program.run(
      "show", "sub/config.json", "data.validation", "--set", "data.validation.fraction=0.5",
      "--format", "json", in: workspace.path)
    #expect(line.output == "{\"fraction\":0.5,\"stratify\":false}\n")
    let input = try Program.run(
      "show", "-", "seed", in: workspace.path + "/sub", input: try workspace.read("sub/config.json")
    )
    #expect(input.output == "0\n")
  }

  @Test(arguments: [
    ("training.epoch", "did you mean 'training.epochs'?"),
    ("learning_rate", "'learning_rate' belongs to 'training.optimizer'"),
    ("training.early_stopping", "is not set"), ("training.", "a key is missing"),
    ("model.layers[7]", "is not set"),
  ])
  func unknownPartsAreWrongUse(path: String, message: String) throws {
    let workspace = try workspace()
    let result = try Program.run("show", "sub/config.json", path, in: workspace.path)
    #expect(result.exitCode == 64)
    #expect(result.output == "")
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test(arguments: [
    (["show", "sub/config.json", "--set", "training.epochs=0"], 78),
    (["show", "sub/missing.json"], 66), (["show", "none"], 66), (["show", "empty"], 66),
    (["show", "broken.safetensors"], 65),
    (["show", "sub/data.csv"], 78), (["diff", "sub/config.json", "none.json"], 66),
    (["diff", "-", "-"], 64), (["diff", "sub/config.json"], 64),
  ])
  func mistakesHaveTheirExitCode(arguments: [String], exitCode: Int) throws {
    let workspace = try workspace()
    try workspace.write("broken.safetensors", "broken")
    try workspace.write("empty/file", "")
    let result = try Program.run(arguments, in: workspace.path)
    #expect(result.exitCode == Int32(exitCode), "\(result.errors)")
    #expect(result.output == "")
  }

  /// A run tells its settings though its data has gone; with other settings, it is resolved anew.
  @Test func runsAreShownWithoutTheirData() throws {
    let workspace = try Sample.workspace()
    _ = try Program.run("train", "config.json", "--output", "run", "-q", in: workspace.path)
    let changed = try Program.run(
      "show", "run", "training.metrics", "--set", "training.metrics=[\"f1\"]", in: workspace.path)
    #expect(changed.output.contains("\"average\": \"binary\""))
    let model = try Program.run(
      "show", "run/model.safetensors", "--set", "seed=1", in: workspace.path)
    #expect(model.exitCode == 64)
    try workspace.write("data.csv", "")
    let result = try Program.run(
      "show", "run", "training.epochs", "--origin", in: workspace.path)
    #expect(result.output.hasPrefix("training.epochs = 3  run/config.json:"))
  }
}
