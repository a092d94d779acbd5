import Configuration
import Foundation
import TestSupport
import Testing

/// Runs that are killed again and again end as if nothing had happened. 'make kill' kills more often.
@Suite(.serialized, .timeLimit(minutes: 60)) struct KillTests {
  /// How often each of the three runs is killed.
  private static let kills =
    ProcessInfo.processInfo.environment["HPTRAIN_KILLS"].flatMap { Int($0) } ?? 4

  @Test func aConvolutionalNetworkOnVariedImages() throws {
    let data = """
      "format": "idx", "train": {
        "features": "\(Checkout.path("datasets/digits-images-idx3-ubyte.gz"))",
        "labels": "\(Checkout.path("datasets/digits-labels-idx1-ubyte.gz"))"},
      "validation": {"fraction": 0.2, "stratify": true}, "augmentation": {"shift": 1}
      """
    try expectTheSame(
      data: data,
      layers: """
        {"type": "conv2d", "filters": 8, "padding": "same"}, {"type": "batch_normalization"},
        {"type": "activation", "activation": "relu"}, {"type": "max_pool2d"},
        {"type": "dropout", "rate": 0.2}, {"type": "flatten"}, {"type": "dense"}
        """,
      training: """
        "epochs": 30, "batch_size": 32, "optimizer": {"type": "adamw", "learning_rate": 0.003},
        "learning_rate_schedule": {"type": "cosine", "warmup_iterations": 50},
        "early_stopping": {"patience": 10}, "metrics": ["accuracy", "roc_auc"],
        "checkpoint": {"every_iterations": 16}
        """)
  }

  @Test func aStatefulNetworkOnText() throws {
    try expectTheSame(
      data: """
        "format": "text", "train": "\(Checkout.path("datasets/shakespeare.txt.gz"))",
        "sequence_length": 32, "validation": {"fraction": 0.01}
        """,
      layers: """
        {"type": "embedding", "dimensions": 16},
        {"type": "lstm", "units": 32, "return_sequences": true, "stateful": true},
        {"type": "dense"}
        """,
      training: """
        "epochs": 1, "max_iterations": 400, "batch_size": 16,
        "gradient_clipping": {"threshold": 1}, "checkpoint": {"every_iterations": 9}
        """)
  }

  @Test func aTableWithAccumulatedGradients() throws {
    try expectTheSame(
      data: """
        "train": "\(Checkout.path("datasets/diabetes.csv"))", "target": "progression",
        "validation": {"fraction": 0.2}, "scaling": "standard"
        """,
      layers: #"{"type": "dense", "units": 24, "activation": "relu"}, {"type": "dense"}"#,
      training: """
        "epochs": 400, "batch_size": 8, "gradient_accumulation": 3,
        "optimizer": {"type": "sgd", "learning_rate": 0.01, "momentum": 0.9},
        "learning_rate_schedule": {"type": "reduce_on_plateau", "patience": 20, "factor": 0.5},
        "metrics": ["rmse", "mae", "r2"], "checkpoint": {"every_iterations": 64}
        """)
  }

  private func expectTheSame(data: String, layers: String, training: String) throws {
    let workspace = try Workspace()
    try workspace.write(
      "config.json",
      """
      {"name": "run", "seed": 5, "data": {\(data)}, "model": {"layers": [\(layers)]},
       "training": {\(training)}}
      """)
    let start = Date.now
    let whole = try Program.run("train", "config.json", "--output", "whole", in: workspace.path)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let seconds = Date.now.timeIntervalSince(start)

    var generator = SplitMix64(seed: 17)
    var (kills, round) = (0, 0)
    while kills < Self.kills {
      round += 1
      let run = "killed-\(round)"
      // Each process of a run gets about its share of the time, so that the run is killed throughout.
      let share = seconds / Double(min(10, Self.kills)) * 1.5
      while kills < Self.kills {
        let delay = Double.random(in: 0..<share, using: &generator)
        guard try kill(run, after: delay, in: workspace) else { break }
        kills += 1
      }
      let threads = String(round % 2 + 1)
      let last = try Program.run(
        arguments(run, in: workspace) + ["--threads", threads], in: workspace.path)
      #expect(last.exitCode == 0, "\(last.errors)")
      #expect(
        try workspace.read("\(run)/model.safetensors") == workspace.read("whole/model.safetensors"),
        "the model of \(run) is another one")
      #expect(try metrics(of: run, workspace) == metrics(of: "whole", workspace))
    }
  }

  /// What begins a run, or goes on with it.
  private func arguments(_ run: String, in workspace: Workspace) -> [String] {
    workspace.exists("\(run)/config.json")
      ? ["train", "--resume", run, "--quiet"]
      : ["train", "config.json", "--output", run, "--quiet"]
  }

  /// - Returns: false if the process had ended before.
  private func kill(
    _ run: String, after seconds: Double, in workspace: Workspace
  ) throws -> Bool {
    // Killed between making the folder and writing the configuration, nothing was lost.
    if workspace.exists(run), !workspace.exists("\(run)/config.json") {
      try FileManager.default.removeItem(atPath: workspace.path(run))
    }
    let process = Program.process(arguments(run, in: workspace), in: workspace.path)
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    Thread.sleep(forTimeInterval: seconds)
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    guard process.terminationReason == .exit else { return true }
    let text = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(text)")
    return false
  }

  /// The lines without what tells of time, memory and place.
  private func metrics(of run: String, _ workspace: Workspace) throws -> [String] {
    let ignored: Set = ["seconds", "samples_per_second", "peak_memory_bytes", "run"]
    let text = String(decoding: try workspace.read("\(run)/metrics.jsonl"), as: UTF8.self)
    return text.split(separator: "\n").map { line in
      let value = JSONParser.parse(SourceText(name: run, String(line))).value
      return JSONValue.object((value.members ?? []).filter { !ignored.contains($0.key) })
        .compactText
    }
  }
}
