import Configuration
import TestSupport
import Testing

@Suite struct CheckTests {
  /// The file has nothing that is wrong.
  @Test func anOverrideIsThePlaceOfWhatItChanged() throws {
    let workspace = try Sample.workspace(data: #""validation": {"fraction": 0.2}"#)
    let result = try Program.run(
      "check", "config.json", "--set", "data.validation.fraction=0.001", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(
      result.errors.contains("--set:1:26: error: a fraction of 0.001 of 60 rows is no row"),
      "\(result.errors)")
  }

  @Test(arguments: [
    ("unit.price.scaling=log", #"'data.columns["unit.price"].scaling'"#),
    ("unit.price=category", #"'data.columns["unit.price"]'"#),
    ("unit.scalin=log", "did you mean 'scaling'?"),
  ])
  func aNameIsNotDividedAtItsDot(setting: String, help: String) throws {
    let workspace = try Sample.workspace(
      csv: Sample.csv.replacing("width", with: "unit.price"))
    let result = try Program.run(
      "check", "config.json", "--set", "data.columns.\(setting)", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("--set:1:19: error: unknown key"), "\(result.errors)")
    #expect(result.errors.contains(help), "\(result.errors)")
  }

  @Test func reportsEveryMistakeAtItsLineAndColumn() throws {
    let workspace = try Workspace()
    try workspace.write("iris.csv", "a,b,species\n1,2,x\n2,3,y\n")
    try workspace.write(
      "config.json",
      """
      {
        "sede": 7,
        "data": {
          "train": "iris.csv",
          "target": "specis"
        },
        "model": {
          "layers": [
            {"type": "dens", "units": 16},
            {"type": "dropout", "rate": 1.5},
            {"type": "dense", "units": "16"},
            {"type": "dense", "batch_size": 3},
          ]
        },
        "training": {
          "epochs": 1e999,
          "epochs": 3,
          "optimizer": {"type": "adam", "momentum": 0.9}
        }
      }
      """)
    let result = try Program.run("check", "config.json", "--format", "json", in: workspace.path)
    #expect(result.exitCode == 78)
    let found = result.events.compactMap { event -> String? in
      guard event["event"]?.string == "diagnostic", let line = event["line"]?.integer,
        let column = event["column"]?.integer, let code = event["code"]?.string
      else { return nil }
      return "\(line):\(column) \(code)"
    }
    #expect(
      found == [
        "2:3 unknown-key", "5:15 unknown-column", "9:16 unknown-layer", "10:35 out-of-range",
        "11:34 wrong-type", "12:25 unknown-key", "12:41 trailing-comma", "16:15 not-finite",
        "17:5 duplicate-key", "18:35 unknown-key",
      ])
  }

  /// Figures of the held-out part as Keras names them.
  @Test func aShortenedFigureIsSuggestedInFull() throws {
    let workspace = try Sample.workspace(
      data: #""validation": {"fraction": 0.2}"#,
      training: #""early_stopping": {"monitor": "val_loss"}"#)
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("did you mean \"validation_loss\"?"), "\(result.errors)")
  }

  @Test func showsPlaceCaretAndSuggestion() throws {
    let workspace = try Sample.workspace(training: #""lerning_rate": 0.1"#)
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.output == "")
    #expect(
      result.errors == """
        config.json:5:46: error: unknown key 'lerning_rate' in training
           5 |   "training": {"epochs": 3, "batch_size": 8, "lerning_rate": 0.1}
             |                                              ^~~~~~~~~~~~~~
             = help: did you mean 'learning_rate', which belongs to 'training.optimizer'?
        config.json: 1 error

        """)
  }

  @Test func showsLayersIterationsAndMemory() throws {
    let workspace = try Sample.workspace(
      layers: #"{"type": "dense", "units": 4, "activation": "relu"}, {"type": "dense"}"#)
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.output.contains("layers.0  dense  4               12"))
    #expect(result.output.contains("layers.1  dense  2               10"))
    #expect(result.output.contains("total                            22"))
    #expect(result.output.contains("⌈60 / 8⌉ · 3 = 8 · 3 = 24"))
    #expect(result.output.contains("memory"))
  }

  @Test func readsStandardInputAndSeveralFiles() throws {
    let workspace = try Sample.workspace()
    let config = try workspace.read("config.json")
    let fromInput = try Program.run("check", "-", in: workspace.path, input: config)
    #expect(fromInput.exitCode == 0)
    try workspace.write("broken.json", "{")
    let both = try Program.run(
      "check", "config.json", "broken.json", "--format", "json", in: workspace.path)
    #expect(both.exitCode == 78)
    #expect(both.events.compactMap { $0["event"]?.string } == ["check", "diagnostic", "check"])
  }

  @Test func momentumOfAnotherOptimizerIsPointedOut() throws {
    let workspace = try Sample.workspace(
      training: #""optimizer": {"type": "adam", "momentum": 0.9}"#)
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("unknown key 'momentum' in the adam optimizer"))
    #expect(result.errors.contains("'training.optimizer (sgd, rmsprop)'"), "\(result.errors)")
  }

  /// A mistake beside them does not hide that loss and metrics do not fit the task.
  @Test func mistakesInOneKeyDoNotHideThoseOfOthers() throws {
    let workspace = try Sample.workspace(
      training: #""loss": "hinge", "metrics": ["mse"], "gradient_accumulation": 0"#)
    let result = try Program.run("check", "config.json", "--format", "json", in: workspace.path)
    #expect(result.events.compactMap { $0["code"]?.string } == ["task", "out-of-range"])
  }

  @Test func overridesHaveTheSameDiagnostics() throws {
    let workspace = try Sample.workspace()
    let good = try Program.run(
      "check", "config.json", "--set", "training.epochs=5", "--set",
      "training.optimizer.learning_rate=0.5", "--format", "json", in: workspace.path)
    #expect(good.events.first?["epochs"]?.integer == 5)
    let bad = try Program.run(
      "check", "config.json", "--set", "training.epochs=0", in: workspace.path)
    #expect(bad.exitCode == 78)
    #expect(bad.errors.hasPrefix("--set:1:17: error: 'training.epochs' must be"))
    let unknown = try Program.run(
      "check", "config.json", "--set", "training.epoch=1", in: workspace.path)
    #expect(unknown.errors.contains("did you mean 'epochs'?"))
    let malformed = try Program.run("check", "config.json", "--set", "epochs", in: workspace.path)
    #expect(malformed.exitCode == 64)
  }

  @Test(arguments: [
    ("missing.json", 66), ("folder", 66),
  ])
  func saysWhatCannotBeRead(name: String, exitCode: Int) throws {
    let workspace = try Workspace()
    try workspace.write("folder/file", "")
    let result = try Program.run("check", name, in: workspace.path)
    #expect(result.exitCode == Int32(exitCode))
    #expect(result.errors.contains("error: "))
  }

  @Test(arguments: [
    ("", "empty"), ("{", "truncated"), ("[]", "wrong-type"), ("{} x", "trailing-text"),
    ("// c\n{}", "comment"), ("{\"seed\": \u{0}}", "syntax"),
    (String(repeating: "[", count: 100_000), "too-deep"),
  ])
  func rejectsWhatIsNoConfiguration(text: String, code: String) throws {
    let workspace = try Workspace()
    try workspace.write("config.json", text)
    let result = try Program.run("check", "config.json", "--format", "json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.events.contains { $0["code"]?.string == code })
  }

  @Test func rejectsInvalidUTF8() throws {
    let workspace = try Workspace()
    try workspace.write(
      "config.json", Array("{\"name\": \"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8))
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("byte 0xFF is not valid UTF-8 here"))
  }

  @Test(arguments: [
    (#"{"type": "flatten"}"#, "no-parameters"),
    (#"{"type": "dense"}, {"type": "dense"}"#, "missing-units"),
    (#"{"type": "dense", "units": 5}"#, "output-shape"),
    (
      #"{"type": "dense", "units": 3, "name": "a"}, {"type": "dense", "name": "a"}"#,
      "duplicate-name"
    ),
  ])
  func rejectsNetworksThatDoNotFit(layers: String, code: String) throws {
    let workspace = try Sample.workspace(layers: layers)
    let result = try Program.run("check", "config.json", "--format", "json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.events.compactMap { $0["code"]?.string } == [code])
  }

  @Test(arguments: [
    (#""loss": "mse""#, "task"), (#""metrics": ["rmse"]"#, "task"),
    (#""batch_size": 100, "drop_last": true"#, "duplicate-key"),
  ])
  func rejectsContradictions(training: String, code: String) throws {
    let workspace = try Sample.workspace(training: training)
    let result = try Program.run("check", "config.json", "--format", "json", in: workspace.path)
    #expect(result.exitCode != 0)
    #expect(result.events.contains { $0["code"]?.string == code })
  }

  /// One mistake, one message: what follows from it is not said.
  @Test(arguments: [
    ("\"target\": \"kind\"", "\"target\": \"kind", ["unterminated-string"]),
    ("\"target\": \"kind\"", "\"target\": []", ["too-few"]),
    ("\"epochs\": 3", "\"epochs\": 3, \"loss\": \"mse\"", ["task"]),
    (
      "\"epochs\": 3", "\"epochs\": 3, \"metrics\": [\"accuracy\", \"accuracy\"]",
      ["duplicate-metric"]
    ),
    (
      "\"target\": \"kind\"",
      "\"target\": \"kind\", \"columns\": {\"kind\": {\"scaling\": \"standard\"}}",
      ["contradiction"]
    ),
    (
      "\"target\": \"kind\"",
      "\"target\": \"kind\", \"ignore\": \"width\", \"columns\": {\"width\": {\"scaling\": \"standard\"}}",
      ["contradiction"]
    ),
    ("\"units\": 7", "\"units\": 10000000", ["out-of-memory"]),
  ])
  func mistakesHaveNoEcho(old: String, new: String, codes: [String]) throws {
    let workspace = try Sample.workspace(
      layers:
        #"{"type": "dense", "units": 7}, {"type": "dense", "units": 10000000}, {"type": "dense"}"#
        .replacing("10000000", with: old.contains("units") ? "10000000" : "3"))
    let text = String(decoding: try workspace.read("config.json"), as: UTF8.self)
    try workspace.write("config.json", text.replacing(old, with: new))
    let result = try Program.run("check", "config.json", "--format", "json", in: workspace.path)
    #expect(result.exitCode == 78)
    let errors = result.events.filter { $0["severity"]?.string == "error" }
    #expect(errors.compactMap { $0["code"]?.string } == codes, "\(result.output)")
  }

  /// The peak of a run is what was announced, with the program, the data and the model file in it.
  @Test(
    .withoutSanitizer,
    arguments: [
      ("configs/digits.json", 20), ("configs/lenet-5.json", 3), ("configs/mnist-lstm.json", 3),
      ("configs/shakespeare-gpt.json", 3), ("configs/diabetes.json", 20),
    ])
  func theMemoryIsThatOfTheRun(config: String, iterations: Int) throws {
    let workspace = try Workspace()
    let more = [
      "--set", "training.max_iterations=\(iterations)", "--format", "json",
    ]
    let check = try Program.run(["check", config] + more, in: Checkout.url.path)
    let announced = try #require(check.events.last?["memory_bytes"]?.double)
    let run = try Program.run(
      ["train", config, "--output", workspace.path("run")] + more, in: Checkout.url.path)
    let measured = try #require(run.events.last?["peak_memory_bytes"]?.double)
    #expect(abs(announced / measured - 1) < 0.1, "\(announced) announced, \(measured) measured")
  }

  /// As 'check configs/*.json' names it.
  @Test func aSchemaBesideTheFilesIsLeftOut() throws {
    let workspace = try Sample.workspace()
    let schema = try Program.run("schema", in: workspace.path)
    try workspace.write("schema.json", schema.output)
    let result = try Program.run("check", "config.json", "schema.json", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.contains("schema.json is a JSON Schema and no configuration"))
    #expect(try Program.run("check", "schema.json", in: workspace.path).exitCode == 78)
  }
}
