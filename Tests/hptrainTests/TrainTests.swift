import Configuration
import Datasets
import Foundation
import TestSupport
import Testing
import Training

@Suite(.timeLimit(minutes: 10)) struct TrainTests {
  private func train(_ config: String, _ more: String..., in workspace: Workspace) throws
    -> Program.Result
  {
    try Program.run(["train", config, "--format", "json"] + more, in: workspace.path)
  }

  @Test(arguments: [
    ("iris", "accuracy", 0.93), ("digits", "accuracy", 0.97), ("wine", "accuracy", 0.93),
    ("breast-cancer", "accuracy", 0.93), ("diabetes", "r2", 0.35),
    ("resnet-digits", "accuracy", 0.975),
  ])
  func shippedConfigurationsReachTheirFigures(name: String, metric: String, bound: Double) throws {
    let workspace = try Workspace()
    let result = try train(Checkout.path("configs/\(name).json"), in: workspace)
    #expect(result.exitCode == 0)
    let end = try #require(result.events.last)
    #expect(end["event"]?.string == "end")
    #expect(["completed", "early_stopping"].contains(end["reason"]?.string))
    let value = try #require(end["validation"]?[metric]?.double)
    #expect(value >= bound)
  }

  @Test func eventsHaveTheirFields() throws {
    let workspace = try Sample.workspace(
      data: #""validation": {"fraction": 0.2, "stratify": true}"#)
    let events = try train("config.json", in: workspace).events
    #expect(
      events.compactMap { $0["event"]?.string } == ["start", "epoch", "epoch", "epoch", "end"])
    let start = try #require(events.first)
    #expect(start["examples"]?.integer == 48)
    #expect(start["iterations"]?.integer == 18)
    #expect(start["parameters"]?.integer == 6)
    #expect((start["memory_bytes"]?.integer ?? 0) > 0)
    let epoch = events[1]
    #expect(epoch["epoch"]?.integer == 1)
    #expect(epoch["iterations"]?.integer == 6)
    #expect(epoch["train"]?["loss"]?.double != nil)
    #expect(epoch["validation"]?["accuracy"]?.double != nil)
    let end = try #require(events.last)
    for key in ["samples_per_second", "seconds", "peak_memory_bytes", "best_epoch"] {
      #expect(end[key]?.double != nil, "\(key)")
    }
    let metrics = String(decoding: try workspace.read("runs/sample/metrics.jsonl"), as: UTF8.self)
    #expect(metrics.split(separator: "\n").count == 4)
  }

  @Test func textModeWritesOnlyTheModelToStandardOutput() throws {
    let workspace = try Sample.workspace()
    let result = try Program.run("train", "config.json", in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.output == "runs/sample/model.safetensors\n")
    #expect(result.errors.contains("epoch 3/3"))
    // A log gets lines, never a bar.
    #expect(!result.errors.contains("\r"))
    #expect(!result.errors.contains("\u{1B}"))
  }

  @Test func theReportIsWrittenAndShown() throws {
    let workspace = try Sample.workspace(
      data: #""validation": {"fraction": 0.25, "stratify": true}"#)
    let result = try Program.run("train", "config.json", in: workspace.path)
    let text = String(decoding: try workspace.read("runs/sample/report.json"), as: UTF8.self)
    let report = JSONParser.parse(SourceText(name: "report", text)).value
    #expect(report["part"]?.string == "validation")
    #expect(report["classes"]?.items?.compactMap { $0["label"]?.string } == ["big", "small"])
    let matrix = (report["confusion_matrix"]?.items ?? []).map {
      ($0.items ?? []).compactMap(\.integer)
    }
    #expect(matrix.joined().reduce(0, +) == 15)
    #expect(result.errors.contains("each class of the validation part:"))
    #expect(result.errors.contains("weighted average"))
    #expect(result.errors.contains("confusion matrix"))

    let events = try train("config.json", in: workspace)
    #expect(!events.errors.contains("average"))
    #expect(events.events.last?["report"]?.compactText == report.compactText)
    let again = try workspace.read("runs/sample-2/report.json")
    #expect(String(decoding: again, as: UTF8.self) == text)

    let quiet = try Program.run("train", "config.json", "--quiet", in: workspace.path)
    #expect(quiet.errors == "")
    #expect(workspace.exists("runs/sample-3/report.json"))
  }

  @Test func nothingHeldOutIsNotReportedOn() throws {
    let workspace = try Sample.workspace()
    let result = try Program.run("train", "config.json", in: workspace.path)
    #expect(!workspace.exists("runs/sample/report.json"))
    #expect(!result.errors.contains("confusion"))
  }

  @Test func longNamesOfClassesAreCut() throws {
    let labels = (0..<6).map { "\($0) \(String(repeating: "very ", count: 8))long \u{1B}[31mname" }
    let rows = (0..<60).map { "\($0 % 6),\(labels[$0 % 6])\n" }
    let workspace = try Sample.workspace(
      csv: "size,kind\n" + rows.joined(), data: #""validation": {"fraction": 0.5}"#)
    let result = try Program.run("train", "config.json", in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(!result.errors.contains("\u{1B}"))
    let lines = result.errors.split(separator: "\n").drop { !$0.contains("each class") }
    #expect(lines.count > 15)
    for line in lines { #expect(line.count <= 80, "\(line)") }
  }

  @Test func runsAreNumberedAndNeverOverwritten() throws {
    let workspace = try Sample.workspace()
    for expected in ["runs/sample", "runs/sample-2", "runs/sample-3"] {
      #expect(try train("config.json", in: workspace).events.last?["run"]?.string == expected)
    }
    let model = try workspace.read("runs/sample/model.safetensors")
    let again = try train("config.json", "--output", "runs/sample", in: workspace)
    #expect(again.exitCode == 73)
    #expect(try workspace.read("runs/sample/model.safetensors") == model)
  }

  @Test func aRunMayStartWithTheModelOfAnother() throws {
    let workspace = try Sample.workspace()
    #expect(try train("config.json", in: workspace).exitCode == 0)
    let start = "model.initial_parameters=runs/sample/model.safetensors"
    // Steps this small leave every parameter where it is.
    let again = try train(
      "config.json", "--set", start, "--set", "training.optimizer.learning_rate=1e-30", "--set",
      "seed=99", "--output", "again", in: workspace)
    #expect(again.exitCode == 0)
    let arrays = try ["runs/sample", "again"].map { folder in
      try Safetensors(
        FileBytes(path: workspace.path("\(folder)/model.safetensors"), compression: .keep))
    }
    let values = arrays.map { file in
      file.tensors.map { file.file.withBytes { Array($0) }[$0.range] }
    }
    #expect(values[0] == values[1])
    let resolved = String(decoding: try workspace.read("again/config.json"), as: UTF8.self)
    #expect(resolved.contains("\"../runs/sample/model.safetensors\""))

    let other = try train(
      "config.json", "--set", start, "--set", "data.features=[\"width\"]", in: workspace)
    #expect(other.exitCode == 78)
    #expect(other.output.contains("has the shape"))
    let missing = try train(
      "config.json", "--set", "model.initial_parameters=none", in: workspace)
    #expect(missing.exitCode == 66)
  }

  /// Networks with all that draws random numbers or adds up over the batch: dropout, augmentation,
  /// batch normalization, convolutions.
  @Test(arguments: ["digits", "mixed"])
  func modelsDoNotDependOnThreadsOrRepetition(name: String) throws {
    let workspace = try Workspace()
    try workspace.write("mixed.json", Self.mixed)
    let config = name == "digits" ? Checkout.path("configs/digits.json") : "mixed.json"
    var models: [[UInt8]] = []
    for threads in ["1", "2", "4", "2"] {
      let folder = "run\(models.count)"
      let result = try train(
        config, "--set", "training.epochs=2", "--threads", threads, "--output", folder,
        in: workspace)
      #expect(result.exitCode == 0)
      models.append(try workspace.read("\(folder)/model.safetensors"))
    }
    #expect(Set(models).count == 1)
    let other = try train(
      config, "--set", "training.epochs=2", "--set", "seed=9", "--output", "other", in: workspace)
    #expect(other.exitCode == 0)
    #expect(try workspace.read("other/model.safetensors") != models[0])
  }

  private static let mixed = """
    {
      "seed": 3,
      "data": {
        "format": "idx",
        "train": {
          "features": "\(Checkout.path("datasets/digits-images-idx3-ubyte.gz"))",
          "labels": "\(Checkout.path("datasets/digits-labels-idx1-ubyte.gz"))"
        },
        "validation": {"fraction": 0.2},
        "augmentation": {"shift": 1, "rotation": 10, "horizontal_flip": true, "cutout": 2}
      },
      "model": {"layers": [
        {"type": "conv2d", "filters": 12, "padding": "same", "use_bias": false},
        {"type": "batch_normalization"},
        {"type": "activation", "activation": "relu"},
        {"type": "dropout", "rate": 0.1},
        {"type": "residual", "activation": "relu", "layers": [
          {"type": "conv2d", "filters": 20, "stride": 2, "padding": 1, "activation": "gelu"},
          {"type": "dropout", "rate": 0.1}, {"type": "layer_normalization"}],
         "shortcut": [{"type": "average_pool2d"}, {"type": "conv2d", "filters": 20, "kernel_size": 1}]},
        {"type": "max_pool2d"},
        {"type": "flatten"},
        {"type": "dense", "units": 32, "activation": "relu"},
        {"type": "dropout"},
        {"type": "dense"}
      ]},
      "training": {
        "batch_size": 50, "gradient_accumulation": 2, "gradient_clipping": {"threshold": 1},
        "regularization": {"l2": 0.001}, "loss": {"type": "cross_entropy", "label_smoothing": 0.1}
      }
    }
    """

  @Test func theResolvedConfigurationTrainsAgain() throws {
    let workspace = try Workspace()
    try workspace.write("data/data.csv", Sample.csv)
    try workspace.write(
      "configs/config.json", Sample.config().replacing("data.csv", with: "../data/data.csv"))
    #expect(try train("configs/config.json", in: workspace).exitCode == 0)
    let resolved = String(decoding: try workspace.read("runs/sample/config.json"), as: UTF8.self)
    #expect(resolved.contains("\"../../data/data.csv\""))
    #expect(resolved.contains("\"beta2\": 0.999"))
    #expect(resolved.contains("\"units\": 2"))
    let again = try train("runs/sample/config.json", in: workspace)
    #expect(again.exitCode == 0)
    let (first, second) = (
      try workspace.read("runs/sample/metrics.jsonl"),
      try workspace.read("runs/sample-2/metrics.jsonl")
    )
    func losses(_ bytes: [UInt8]) -> [Double] {
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
        JSONParser.parse(SourceText(name: "", String($0))).value["train"]?["loss"]?.double
      }
    }
    #expect(losses(first) == losses(second))
    #expect(
      try workspace.read("runs/sample/model.safetensors")
        == workspace.read("runs/sample-2/model.safetensors"))
  }

  /// The loss of the only iteration is finite; what its update makes is not.
  @Test func divergenceInTheLastUpdateIsSeen() throws {
    let workspace = try Sample.workspace(
      training: #""max_iterations": 1, "optimizer": {"type": "sgd", "learning_rate": 3e38}"#)
    let result = try train("config.json", in: workspace)
    #expect(result.exitCode == 1)
    #expect(result.events.last?["reason"]?.string == "diverged")
    #expect(!workspace.exists("runs/sample/model.safetensors"))
  }

  /// The figures of an epoch name the rate that it ended with, not the one that follows from it.
  @Test func aPlateauLowersTheRateOfTheNextEpoch() throws {
    let workspace = try Sample.workspace(
      training: #"""
        "optimizer": {"type": "sgd", "learning_rate": 0.5},
        "learning_rate_schedule": {"type": "reduce_on_plateau", "monitor": "train_loss",
          "patience": 0, "minimum_delta": 100, "factor": 0.5}
        """#)
    let rates = try train("config.json", in: workspace).events
      .filter { $0["event"]?.string == "epoch" }.compactMap { $0["learning_rate"]?.double }
    #expect(rates == [0.5, 0.5, 0.25])
  }

  @Test func divergenceEndsTheRun() throws {
    let workspace = try Sample.workspace(
      csv: "a,b\n1,1\n1e30,2\n3,3\n-1e30,4\n", data: "",
      training: #""loss": "mse", "optimizer": {"type": "sgd", "learning_rate": 1000}"#)
    try workspace.write(
      "config.json",
      String(decoding: try workspace.read("config.json"), as: UTF8.self).replacing(
        "kind", with: "b"))
    let result = try Program.run("train", "config.json", in: workspace.path)
    #expect(result.exitCode == 1)
    #expect(result.errors.contains("training diverged"))
    let events = try train("config.json", in: workspace)
    #expect(events.exitCode == 1)
    #expect(events.events.last?["reason"]?.string == "diverged")
  }

  @Test func interruptionSavesTheModel() throws {
    let workspace = try Sample.workspace()
    let process = Program.process(
      ["train", "config.json", "--set", "training.epochs=100000000", "--format", "json"],
      in: workspace.path)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    // The first epoch line says that training is under way.
    var text = ""
    while text.split(separator: "\n").count < 3 {
      text += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    }
    process.interrupt()
    let rest = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(rest.contains(#""reason":"interrupted""#))
    let predicted = try Program.run(
      "predict", "runs/sample/model.safetensors", "data.csv", in: workspace.path)
    #expect(predicted.lines.count == 60)
  }

  @Test func foldersThatCannotBeMadeAreReported() throws {
    let workspace = try Sample.workspace()
    let result = try train("config.json", "--output", "data.csv/run", in: workspace)
    #expect(result.exitCode == 73)
    #expect(result.output.contains("cannot create"))
  }

  @Test func maxIterationsEndsWithinAnEpoch() throws {
    let workspace = try Sample.workspace(training: #""max_iterations": 10"#)
    let events = try train("config.json", in: workspace).events
    #expect(events.last?["iterations"]?.integer == 10)
  }
}
