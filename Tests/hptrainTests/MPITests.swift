import Configuration
import Foundation
import TestSupport
import Testing

/// Jobs of several ranks on this machine. They run where `HPTRAIN_MPI` names a program that was built with MPI, as
/// 'make test-mpi' does.
@Suite(.serialized, .enabled(if: MPIJob.program != nil), .timeLimit(minutes: 10))
struct MPITests {
  /// Of so many parameters that their gradient is added up in two buckets, each by a ring.
  private static let layers = """
    {"type": "conv2d", "filters": 8, "kernel_size": 3, "padding": "same", "activation": "relu"},
    {"type": "max_pool2d"},
    {"type": "conv2d", "filters": 16, "kernel_size": 3, "activation": "relu"},
    {"type": "flatten"}, {"type": "dense", "units": 512, "activation": "relu"},
    {"type": "dense", "units": 600, "activation": "relu"}, {"type": "dense"}
    """

  private static let normalized = """
    {"type": "conv2d", "filters": 8, "padding": "same"}, {"type": "batch_normalization"},
    {"type": "activation", "activation": "relu"}, {"type": "max_pool2d"},
    {"type": "dropout", "rate": 0.2}, {"type": "flatten"}, {"type": "dense"}
    """

  /// Digits with a validation and a test part, a hundred iterations in epochs of eleven.
  private static func workspace(
    layers: String = layers, iterations: Int = 100, training: String = ""
  ) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(
      "config.json",
      """
      {"name": "run", "seed": 5,
       "data": {"format": "idx", "train": {
           "features": "\(Checkout.path("datasets/digits-images-idx3-ubyte.gz"))",
           "labels": "\(Checkout.path("datasets/digits-labels-idx1-ubyte.gz"))"},
         "validation": {"fraction": 0.2}, "test": {"fraction": 0.1}, "augmentation": {"shift": 1}},
       "model": {"layers": [\(layers)]},
       "training": {"epochs": 1000, "max_iterations": \(iterations), "batch_size": 128,
         "loss": "cross_entropy", "metrics": ["accuracy", "roc_auc"],
         "optimizer": {"type": "sgd", "learning_rate": 0.01, "momentum": 0.9}\(training)}}
      """)
    return workspace
  }

  /// The losses of all epochs of a run, and of what was kept in the end.
  private static func losses(_ run: String, in workspace: Workspace) throws -> [Double] {
    let text = String(decoding: try workspace.read("\(run)/metrics.jsonl"), as: UTF8.self)
    return text.split(separator: "\n").flatMap { line -> [Double] in
      let event = JSONParser.parse(SourceText(name: "metrics", String(line))).value
      return ["train", "validation", "test"].flatMap { part in
        [event[part]?["loss"]?.double].compactMap { $0 }
      }
    }
  }

  private static func model(_ run: String, in workspace: Workspace) throws -> [UInt8] {
    try workspace.read("\(run)/model.safetensors")
  }

  @Test(arguments: [2, 4]) func ranksTrainToTheLossesOfOneProcess(ranks: Int) throws {
    // Where the sums of a normalization are in, differences of rounding grow faster.
    for (layers, iterations, tolerance) in [(Self.layers, 100, 1e-6), (Self.normalized, 50, 1e-4)] {
      let workspace = try Self.workspace(layers: layers, iterations: iterations)
      let single = try MPIJob.alone("train", "config.json", "--output", "single", in: workspace)
      #expect(single.exitCode == 0, "\(single.errors)")
      let job = try MPIJob.run(
        ranks, "train", "config.json", "--output", "job", "--threads", "1", in: workspace)
      #expect(job.exitCode == 0, "\(job.errors)")
      #expect(job.output == "job/model.safetensors\n")
      let expected = try Self.losses("single", in: workspace)
      let found = try Self.losses("job", in: workspace)
      // Epochs of ten iterations with two losses, and the parts in the end.
      #expect(expected.count == iterations / 5 + 3 && found.count == expected.count)
      for (a, b) in zip(found, expected) { #expect(abs(a - b) < tolerance) }
      let again = try MPIJob.run(
        ranks, "train", "config.json", "--output", "again", "--threads", "1", in: workspace)
      #expect(again.exitCode == 0)
      #expect(try Self.model("job", in: workspace) == Self.model("again", in: workspace))
    }
  }

  @Test func oneRankIsTheProcessAlone() throws {
    let workspace = try Self.workspace(iterations: 30)
    #expect(
      try MPIJob.alone("train", "config.json", "--output", "single", in: workspace).exitCode == 0)
    let job = try MPIJob.run(1, "train", "config.json", "--output", "job", in: workspace)
    #expect(job.exitCode == 0)
    #expect(try Self.model("job", in: workspace) == Self.model("single", in: workspace))
  }

  @Test func aRunGoesOnWithOtherNumbersOfRanks() throws {
    let workspace = try Self.workspace(
      layers: Self.normalized, iterations: 50, training: #", "checkpoint": {"every_iterations": 7}"#
    )
    #expect(
      try MPIJob.alone("train", "config.json", "--output", "single", in: workspace).exitCode == 0)
    // Each rest of the run has another number of ranks, and begins within an epoch.
    let first = try MPIJob.run(
      2, "train", "config.json", "--output", "job", "--set", "training.max_iterations=19",
      in: workspace)
    #expect(first.exitCode == 0, "\(first.errors)")
    for (ranks, end) in [(4, 27), (1, 36), (3, 50)] {
      let next = try MPIJob.run(
        ranks, "train", "--resume", "job", "--set", "training.max_iterations=\(end)", in: workspace)
      #expect(next.exitCode == 0, "\(next.errors)")
    }
    let (whole, parts) = (
      try Self.lastEpochs("single", in: workspace), try Self.lastEpochs("job", in: workspace)
    )
    #expect(whole.count == 5 && parts.count == whole.count)
    for (a, b) in zip(parts, whole) { #expect(abs(a - b) < 1e-4) }
  }

  /// The losses of epochs that ended, without those that a break ended early.
  private static func lastEpochs(_ run: String, in workspace: Workspace) throws -> [Double] {
    let text = String(decoding: try workspace.read("\(run)/metrics.jsonl"), as: UTF8.self)
    var losses: [Int: Double] = [:]
    for line in text.split(separator: "\n") {
      let event = JSONParser.parse(SourceText(name: "metrics", String(line))).value
      guard let iterations = event["iterations"]?.integer, event["epoch"] != nil,
        iterations % 10 == 0
      else { continue }
      losses[iterations] = event["train"]?["loss"]?.double
    }
    return losses.sorted { $0.key < $1.key }.map(\.value)
  }

  @Test func theDeathOfARankEndsTheJob() throws {
    let workspace = try Self.workspace(iterations: 10_000_000)
    let process = MPIJob.process(
      2, ["train", "config.json", "--output", "job", "--threads", "1"], in: workspace)
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    // Both are at work once the first epochs are written.
    Self.wait { (try? workspace.read("job/metrics.jsonl").count) ?? 0 >= 500 }
    let victims = MPIJob.ranks(of: process.processIdentifier)
    #expect(victims.count == 2)
    kill(try #require(victims.last), SIGKILL)
    let start = Date.now
    process.waitUntilExit()
    #expect(Date.now.timeIntervalSince(start) < 5)
    #expect(process.terminationStatus == 137)
    let text = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(text.contains("signal 9"))
  }

  @Test func aSignalEndsTheJobWithACheckpoint() throws {
    let workspace = try Self.workspace(iterations: 10_000_000)
    let process = MPIJob.process(
      2, ["train", "config.json", "--output", "job", "--threads", "1"], in: workspace)
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    Self.wait { (try? workspace.read("job/metrics.jsonl").count) ?? 0 >= 500 }
    // One rank is told, and the others follow it.
    kill(try #require(MPIJob.ranks(of: process.processIdentifier).last), SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
    let events = String(decoding: try workspace.read("job/metrics.jsonl"), as: UTF8.self)
    #expect(events.contains(#""reason":"interrupted""#))
    // There is a checkpoint, behind the first iteration.
    let next = try MPIJob.alone(
      "train", "--resume", "job", "--set", "training.max_iterations=1", in: workspace)
    #expect(next.exitCode == 78 && next.errors.contains("iterations already"), "\(next.errors)")
  }

  /// Until something is so, though not for ever.
  private static func wait(_ condition: () -> Bool) {
    let deadline = Date.now.addingTimeInterval(60)
    while Date.now < deadline, !condition() { usleep(20_000) }
  }

  // MARK: - Searches

  private static func searchWorkspace(epochs: Int = 4) throws -> Workspace {
    let workspace = try Sample.workspace()
    try workspace.write(
      "search.json",
      """
      {"name": "search", "seed": 3,
       "data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense"}]},
       "training": {"epochs": \(epochs), "batch_size": 8},
       "tuning": {"trials": 24, "pruning": "successive_halving", "space": {
         "training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.0001, "high": 0.3},
         "model.layers[0].units": {"type": "integer", "low": 2, "high": 16}}}}
      """)
    return workspace
  }

  /// The trials of a study by number, without what depends on the clock.
  private static func trials(_ study: String, in workspace: Workspace) throws -> [String] {
    let table = try MPIJob.alone(
      "tune", "table", study, "--sort", "number", "--format", "json", in: workspace)
    #expect(table.exitCode == 0, "\(table.errors)")
    return table.events.map { event in
      JSONValue.object((event.members ?? []).filter { $0.key != "seconds" }).compactText
    }
  }

  @Test func ranksMakeTheStudyOfOneProcess() throws {
    let workspace = try Self.searchWorkspace()
    let alone = try MPIJob.alone("tune", "search.json", "--study", "alone.db", in: workspace)
    #expect(alone.exitCode == 0, "\(alone.errors)")
    let job = try MPIJob.run(
      3, "tune", "search.json", "--study", "job.db", "--jobs", "4", in: workspace)
    #expect(job.exitCode == 0, "\(job.errors)")
    #expect(job.output == "job.db\n")
    #expect(job.errors.contains("4 jobs"))
    let expected = try Self.trials("alone.db", in: workspace)
    #expect(expected.count == 24)
    #expect(try Self.trials("job.db", in: workspace) == expected)
    let refused = try MPIJob.run(
      2, "tune", "search.json", "--study", "job.db", "--set", "seed=4", in: workspace)
    #expect(refused.exitCode == 78, "\(refused.errors)")
    #expect(refused.errors.components(separatedBy: "is the study of another").count == 2)
  }

  /// The trial that a lost rank was at is run again, and so is one that a signal ended.
  @Test(arguments: [SIGKILL, SIGTERM]) func aSearchGoesOnAfterTheEndOfARank(signal: Int32) throws {
    let workspace = try Self.searchWorkspace(epochs: 300)
    let process = MPIJob.process(
      2, ["tune", "search.json", "--study", "job.db", "--format", "json"], in: workspace)
    let output = try workspace.write("output", "")
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = FileHandle.nullDevice
    try process.run()
    Self.wait { (try? workspace.read("output").count { $0 == UInt8(ascii: "\n") }) ?? 0 >= 4 }
    kill(try #require(MPIJob.ranks(of: process.processIdentifier).last), signal)
    process.waitUntilExit()
    #expect(process.terminationStatus == 128 + signal)
    #expect(try Self.trials("job.db", in: workspace).count < 24)
    let rest = try MPIJob.run(3, "tune", "search.json", "--study", "job.db", in: workspace)
    #expect(rest.exitCode == 0, "\(rest.errors)")
    let whole = try MPIJob.alone("tune", "search.json", "--study", "whole.db", in: workspace)
    #expect(whole.exitCode == 0)
    #expect(
      try Self.trials("job.db", in: workspace) == Self.trials("whole.db", in: workspace))
  }

  // MARK: - What is told

  @Test func aDiagnosticIsToldOnceAndItsExitCodeIsThatOfTheJob() throws {
    let workspace = try Self.workspace()
    func expect(_ arguments: String..., code: Int32, says text: String) throws {
      let job = try MPIJob.run(3, arguments, in: workspace)
      #expect(job.exitCode == code, "\(job.errors)")
      #expect(job.errors.components(separatedBy: text).count == 2, "\(job.errors)")
      #expect(job.output.isEmpty)
    }
    try expect(
      "train", "config.json", "--set", "training.batch_size=0", code: 78, says: "error")
    try expect("train", "missing.json", code: 66, says: "missing.json")
    try expect("train", "-", code: 64, says: "standard input reaches one of 3 ranks only")
    try expect("tune", "-", code: 64, says: "standard input reaches one of 3 ranks only")
    try expect("train", "config.json", "--folds", "3", code: 64, says: "--folds trains one model")
    try expect("check", "config.json", code: 64, says: "'check' is the work of one process")
    try expect("tune", "run", "config.json", code: 78, says: "no 'tuning'")
    try expect(
      "train", "config.json", "--set", "training.batch_size=2", code: 78,
      says: "a batch of 2 examples cannot be divided among 3 ranks")
    #expect(!workspace.exists("runs"))
  }

  @Test func divergenceIsExplainedAsInOneProcess() throws {
    let workspace = try Self.workspace(training: #", "gradient_clipping": {"threshold": 1e30}"#)
    let arguments = ["train", "config.json", "--set", "training.optimizer.learning_rate=1e10"]
    let single = try Program.result(
      of: MPIJob.process(nil, arguments + ["--output", "single"], in: workspace))
    let job = try MPIJob.run(2, arguments + ["--output", "job"], in: workspace)
    #expect(single.exitCode == 1 && job.exitCode == 1)
    let message = try #require(
      single.errors.split(separator: "\n").first { $0.contains("diverged") })
    #expect(job.errors.contains(message), "\(job.errors)")
  }

  @Test func theProgramSaysOnWhatItsRanksRun() throws {
    let workspace = try Workspace()
    let job = try MPIJob.run(2, "info", "--format", "json", in: workspace)
    #expect(job.exitCode == 0 && job.events.count == 1)
    let event = try #require(job.events.first)
    #expect(event["mpi"]?.string?.hasPrefix("Open MPI") == true)
    #expect(event["ranks"]?.items?.count == 2)
    for rank in event["ranks"]?.items ?? [] {
      #expect(rank["processors"]?.integer ?? 0 >= 1)
      #expect(rank["threads"]?.integer ?? 0 >= 1)
    }
  }
}

/// A job of Open MPI, on this machine alone.
enum MPIJob {
  static let program = ProcessInfo.processInfo.environment["HPTRAIN_MPI"]

  /// - Parameter ranks: `nil` for the program alone.
  static func process(_ ranks: Int?, _ arguments: [String], in workspace: Workspace) -> Process {
    let process = Process()
    let program = program ?? Program.path
    process.executableURL = URL(fileURLWithPath: ranks == nil ? program : "/usr/bin/env")
    process.arguments =
      (ranks.map {
        ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "\($0)", program]
      } ?? []) + arguments
    process.currentDirectoryURL = workspace.url
    return process
  }

  static func run(
    _ ranks: Int, _ arguments: String..., in workspace: Workspace
  ) throws -> Program.Result {
    try run(ranks, arguments, in: workspace)
  }

  static func run(
    _ ranks: Int, _ arguments: [String], in workspace: Workspace
  ) throws -> Program.Result {
    try Program.result(of: process(ranks, arguments, in: workspace))
  }

  static func alone(_ arguments: String..., in workspace: Workspace) throws -> Program.Result {
    try Program.result(of: process(nil, arguments, in: workspace))
  }

  /// The processes that mpirun started.
  static func ranks(of mpirun: pid_t) -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { process in
      guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let end = status.lastIndex(of: ")")
      else { return false }
      // Behind the name: state and parent.
      return status[end...].split(separator: " ").dropFirst(2).first.flatMap { pid_t($0) } == mpirun
    }.sorted()
  }
}
