import Configuration
import EventSupport
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(minutes: 10)) struct TensorBoardTests {
  private static let file = "events.out.tfevents.hptrain"
  private static let layers =
    #"{"type": "dense", "units": 4, "activation": "relu", "name": "hidden"}, {"type": "dense"}"#

  private func workspace(
    epochs: Int = 3, data: String = #""validation": {"fraction": 0.2}, "test": {"fraction": 0.2}"#
  ) throws -> Workspace {
    let workspace = try Sample.workspace(data: data, layers: Self.layers)
    let config = String(decoding: try workspace.read("config.json"), as: UTF8.self)
      .replacing("\"epochs\": 3", with: "\"epochs\": \(epochs)")
      .replacing(
        "\"name\": \"sample\",", with: "\"name\": \"sample\", \"output\": {\"tensorboard\": true},")
    try workspace.write("config.json", config)
    return workspace
  }

  @Test func aRunWritesWhatItsMetricsSay() throws {
    let workspace = try workspace()
    let result = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    let events = try EventFile.events(workspace.read("run/\(Self.file)"))
    let lines = String(decoding: try workspace.read("run/metrics.jsonl"), as: UTF8.self)
      .split(separator: "\n").map {
        JSONParser.parse(SourceText(name: "metrics", String($0))).value
      }
    let scalars = EventFile.scalars(events)
    var expected: [EventFile.Scalar] = []
    for line in lines where line["event"]?.string == "epoch" {
      let step = Int64(try #require(line["iterations"]?.integer))
      expected.append(
        .init("learning_rate", step, Float(try #require(line["learning_rate"]?.double))))
      for part in ["train", "validation"] {
        for figure in try #require(line[part]?.members) {
          expected.append(
            .init("\(figure.key)/\(part)", step, Float(try #require(figure.value.double))))
        }
      }
    }
    #expect(expected.count == 3 * 5)
    #expect(expected.allSatisfy { scalars.contains($0) })
    let end = try #require(lines.last)
    let test = Float(try #require(end["test"]?["loss"]?.double))
    #expect(scalars.contains { $0.tag == "loss/test" && $0.value == test })
    #expect(scalars.count(where: { $0.tag == "gradient_norm" && $0.value > 0 }) == 3)
  }

  @Test func eachArrayHasAHistogramOnceAnEpoch() throws {
    let workspace = try workspace()
    _ = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    let histograms = EventFile.histograms(
      try EventFile.events(workspace.read("run/\(Self.file)")))
    let names = ["hidden.kernel", "hidden.bias", "layers.1.kernel", "layers.1.bias"]
    for tag in names.flatMap({ ["weights/\($0)", "gradients/\($0)"] }) {
      let own = histograms.filter { $0.tag == tag }
      #expect(Set(own.map(\.step)).count == 3, "\(tag)")
      for (_, _, histogram) in own {
        #expect(histogram.bucket.reduce(0, +) == histogram.num)
        #expect(histogram.bucket.count == histogram.bucketLimit.count)
        #expect(histogram.bucketLimit.last == histogram.max)
      }
    }
    #expect(histograms.first { $0.tag == "weights/hidden.kernel" }?.histogram.num == 8)
  }

  @Test func settingsAreASession() throws {
    let workspace = try workspace()
    _ = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    let sessions = try EventFile.sessions(
      try EventFile.events(workspace.read("run/\(Self.file)")))
    let settings = try #require(sessions.first?.sessionStartInfo.hparams)
    #expect(settings["training.batch_size"]?.numberValue == 8)
    #expect(settings["model.layers[0].activation"]?.stringValue == "relu")
    #expect(settings["training.shuffle"]?.boolValue == true)
    #expect(sessions.last?.sessionEndInfo.status == .success)
  }

  /// A run that goes on has the file of one that was never stopped.
  @Test func aRunThatGoesOnCutsTheFile() throws {
    let workspace = try workspace(epochs: 6)
    for (name, epochs) in [("whole", "6"), ("stopped", "3")] {
      let result = try Program.run(
        "train", "config.json", "--output", name, "--set", "training.epochs=\(epochs)",
        in: workspace.path)
      try #require(result.exitCode == 0, "\(result.errors)")
    }
    let result = try Program.run(
      "train", "--resume", "stopped", "--set", "training.epochs=6", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    let (whole, stopped) = (
      try EventFile.events(workspace.read("whole/\(Self.file)")),
      try EventFile.events(workspace.read("stopped/\(Self.file)"))
    )
    #expect(EventFile.scalars(whole) == EventFile.scalars(stopped))
    #expect(try EventFile.sessions(stopped).count == 2)
    #expect(
      EventFile.histograms(whole).map(\.histogram) == EventFile.histograms(stopped).map(\.histogram)
    )
  }

  @Test func withoutTheSettingThereIsNoFile() throws {
    let workspace = try Sample.workspace()
    _ = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    #expect(!workspace.exists("run/\(Self.file)"))
  }

  @Test func foldsHaveAFileEach() throws {
    let workspace = try workspace(data: "")
    let result = try Program.run(
      "train", "config.json", "--output", "run", "--folds", "2",
      in: workspace.path)
    for fold in 1...2 where result.exitCode == 0 {
      let scalars = EventFile.scalars(
        try EventFile.events(workspace.read("run/folds/\(fold)/\(Self.file)")))
      #expect(scalars.count(where: { $0.tag == "loss/validation" }) == 3)
    }
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  @Test func theTrialsOfAStudyAreSessions() throws {
    let workspace = try workspace()
    let config = String(decoding: try workspace.read("config.json"), as: UTF8.self)
      .replacing(
        "\"training\": {",
        with: """
          "tuning": {"trials": 3, "algorithm": "random", "space": {"training.optimizer.learning_rate":
            {"type": "log_uniform", "low": 0.001, "high": 0.1}}},
          "training": {
          """)
    try workspace.write("config.json", config)
    let result = try Program.run("tune", "config.json", "--study", "s.db", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    let rates = try (0..<3).map { trial in
      let events = try EventFile.events(
        workspace.read("s.tensorboard/trial-\(trial)/\(Self.file)"))
      #expect(EventFile.scalars(events).contains { $0.tag == "validation_loss" })
      return try #require(
        EventFile.sessions(events).first?.sessionStartInfo.hparams[
          "training.optimizer.learning_rate"]?.numberValue)
    }
    #expect(Set(rates).count == 3 && rates.allSatisfy { (0.001...0.1).contains($0) })
  }
}
