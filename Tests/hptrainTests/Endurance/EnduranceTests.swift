import Configuration
import Foundation
import TestSupport
import Testing

/// However long a run or a search goes on, it takes no more memory and no more descriptors, and each iteration and each
/// trial takes as long as the ones before. The suite looks at short ones; 'make endurance' makes a million iterations
/// and a thousand trials, compares the time as well, and draws what it saw.
@Suite(.serialized, .timeLimit(minutes: 60)) struct EnduranceTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let isComplete = environment["HPTRAIN_ENDURANCE"] == "all"

  private static let data = """
    "train": "\(Checkout.path("datasets/iris.csv"))", "target": "species",
    "validation": {"fraction": 0.2, "stratify": true}, "scaling": "standard"
    """
  private static let layers =
    #"{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense"}"#

  /// Epochs of thirty iterations, with everything that happens between and beside them: figures, lines of metrics,
  /// TensorBoard's events, a schedule that looks back, checkpoints.
  @Test func iterations() throws {
    let count = Self.isComplete ? 1_000_000 : 60_000
    let run = try watch(
      """
      "epochs": \(count), "max_iterations": \(count), "batch_size": 4,
      "optimizer": {"type": "adam", "learning_rate": 0.001}, "metrics": ["accuracy", "f1"],
      "learning_rate_schedule": {"type": "reduce_on_plateau", "patience": 100000},
      "checkpoint": {"every_iterations": 1000}
      """, output: #", "output": {"tensorboard": true}"#,
      ["train", "config.json", "--output", "run", "--format", "json"],
      progress: { $0["event"]?.string == "epoch" ? $0["iterations"]?.integer : nil })
    #expect(run.last?.progress ?? 0 > count * 9 / 10)
    try judge(
      EnduranceRun(unit: "iteration", bytesPerUnit: 0, samples: run), "A million iterations",
      picture: "iterations")
  }

  @Test func trials() throws {
    let count = Self.isComplete ? 1000 : 200
    let run = try watch(
      #""epochs": \#(Self.isComplete ? 20 : 5), "batch_size": 16"#,
      output: """
        , "tuning": {"algorithm": "random", "trials": \(count), "space": {
          "training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.001, "high": 0.1},
          "training.optimizer.type": {"type": "choice", "values": ["adam", "sgd"]},
          "model.layers[0].units": {"type": "integer", "low": 4, "high": 16}}}
        """,
      ["tune", "config.json", "--study", "study.db", "--jobs", "1", "--format", "json"],
      progress: { $0["event"]?.string == "trial" ? $0["trial"]?.integer.map { $0 + 1 } : nil })
    #expect(run.last?.progress ?? 0 > count * 9 / 10)
    try judge(
      EnduranceRun(unit: "trial", bytesPerUnit: 4096, samples: run), "A thousand trials",
      picture: "trials")
  }

  /// - Parameters:
  ///   - output: further sections of the configuration.
  ///   - progress: of an event, how much is done.
  private func watch(
    _ training: String, output: String, _ arguments: [String], progress: (JSONValue) -> Int?
  ) throws -> [ProcessWatch.Sample] {
    let workspace = try Workspace()
    try workspace.write(
      "config.json",
      """
      {"name": "long", "seed": 1, "data": {\(Self.data)}, "model": {"layers": [\(Self.layers)]},
       "training": {\(training)}\(output)}
      """)
    let seen = try ProcessWatch.run(arguments, in: workspace) { line in
      progress(JSONParser.parse(SourceText(name: "output", line)).value)
    }
    #expect(seen.exitCode == 0, "\(seen.errors)")
    return seen.samples
  }

  private func judge(_ run: EnduranceRun, _ title: String, picture: String) throws {
    for quantity in EnduranceRun.Quantity.allCases {
      // What a short run takes longer for in the end is mostly what else the machine does.
      if quantity == .time, !Self.isComplete { continue }
      let finding = try #require(
        run.finding(quantity), "too few samples: \(run.samples.count)")
      let text = Comment(
        rawValue: "\(quantity.rawValue) of \(run.unit)s: \(finding.earlier), later \(finding.later)"
      )
      #expect(!finding.isGrowth, text)
      if Self.isComplete { print(text) }
    }
    guard let folder = Self.environment["HPTRAIN_ENDURANCE_PICTURES"] else { return }
    let svg = try #require(run.picture(title: title))
    try svg.write(toFile: "\(folder)/\(picture).svg", atomically: true, encoding: .utf8)
  }
}
