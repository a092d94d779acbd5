import Configuration
import Foundation
import TestSupport
import Testing

/// `train --resume` as users meet it.
@Suite(.timeLimit(minutes: 10)) struct ResumeTests {
  private static let training = #""shuffle": true, "checkpoint": {"every_epochs": 1}"#

  /// Begins a run that never ends, and signals in quick succession end it after its second epoch.
  private func stop(_ workspace: Workspace, signals: Int32...) throws -> Program.Result {
    let process = Program.process(
      ["train", "config.json", "--set", "training.epochs=1000000", "--output", "run"],
      in: workspace.path)
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    var text = ""
    while !text.contains("epoch       2/") {
      text += String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    }
    for signal in signals { kill(process.processIdentifier, signal) }
    text += String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Program.Result(exitCode: process.terminationStatus, output: "", errors: text)
  }

  private static let signals: [(Int32, Int32)] = [
    (SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129), (SIGXCPU, 152),
  ]

  @Test(arguments: signals)
  func aSignalSaysHowToGoOn(signal: Int32, code: Int32) throws {
    let workspace = try Sample.workspace(
      data: #""validation": {"fraction": 0.2}"#, training: Self.training)
    let result = try stop(workspace, signals: signal)
    #expect(result.exitCode == code)
    #expect(result.errors.contains("to go on: hptrain train --resume run\n"))
    let resumed = try Program.run(
      "train", "--resume", "run", "--set", "training.epochs=1", in: workspace.path)
    #expect(resumed.exitCode == 78)
    #expect(resumed.errors.contains("--set"))
    let events = try Program.run(
      "train", "--resume", "run/", "--set", "training.epochs=1000001", "--set",
      "training.max_iterations=10000000", "--format", "json", "--quiet",
      "--set", "training.early_stopping.patience=0", in: workspace.path)
    let event = events.events.first { $0["event"]?.string == "resume" }
    #expect((event?["iteration"]?.integer ?? 0) >= 12)
  }

  /// It is no crash, whatever Swift's runtime makes of it.
  @Test func quittingEndsAtOnce() throws {
    let workspace = try Sample.workspace(training: Self.training)
    let process = Program.process(
      ["train", "config.json", "--set", "training.epochs=1000000"], in: workspace.path)
    // What runs the tests may ignore the signal, which is inherited.
    let program = try #require(process.executableURL?.path)
    process.arguments = ["--default-signal=QUIT", program] + (process.arguments ?? [])
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var text = ""
    while !text.contains("epoch       2/") {
      text += String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    }
    let name = try String(
      contentsOfFile: "/proc/\(process.processIdentifier)/comm", encoding: .utf8)
    #expect(name.hasPrefix("hptrain"))
    kill(process.processIdentifier, SIGQUIT)
    text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == SIGQUIT)
    #expect(!text.contains("crashed"))
  }

  /// Signals of two kinds, since of one kind the second is lost while the first is waiting.
  @Test func signalsAtOnceAreOneRequest() throws {
    let workspace = try Sample.workspace(training: Self.training)
    let result = try stop(workspace, signals: SIGINT, SIGTERM)
    #expect([130, 143].contains(result.exitCode))
    #expect(result.errors.contains("to go on: hptrain train --resume run\n"))
  }

  /// A run that cannot come to the end of its iteration, since nobody reads its events.
  @Test func aLaterSignalEndsAtOnce() throws {
    let workspace = try Sample.workspace(training: Self.training)
    let process = Program.process(
      ["train", "config.json", "--set", "training.epochs=1000000", "--format", "json"],
      in: workspace.path)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var waiting: [Int32] = [0]
    repeat {
      usleep(300_000)
      var bytes: Int32 = 0
      #expect(ioctl(output.fileHandleForReading.fileDescriptor, UInt(FIONREAD), &bytes) == 0)
      waiting.append(bytes)
    } while waiting.last == 0 || waiting.last != waiting[waiting.count - 2]
    kill(process.processIdentifier, SIGINT)
    usleep(1_200_000)
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 130)
  }

  @Test func aFinishedRunHasNothingLeft() throws {
    let workspace = try Sample.workspace(training: Self.training)
    let first = try Program.run("train", "config.json", in: workspace.path)
    let model = try workspace.read("runs/sample/model.safetensors")
    let again = try Program.run("train", "--resume", "runs/sample", in: workspace.path)
    #expect(again.exitCode == 0)
    #expect(again.output == first.output)
    #expect(again.errors.contains("all 24 iterations were made already"))
    #expect(try workspace.read("runs/sample/model.safetensors") == model)
    let longer = try Program.run(
      "train", "--resume", "runs/sample", "--set", "training.epochs=5", in: workspace.path)
    #expect(longer.errors.contains("training.epochs: 5 instead of 3"))
    #expect(longer.errors.contains("epoch 4/5"))
    let metrics = String(decoding: try workspace.read("runs/sample/metrics.jsonl"), as: UTF8.self)
    #expect(
      metrics.split(separator: "\n").map { $0.split(separator: "\"")[3] } == [
        "epoch", "epoch", "epoch", "resume", "epoch", "epoch", "end",
      ])
    let config = String(decoding: try workspace.read("runs/sample/config.json"), as: UTF8.self)
    #expect(config.contains("\"epochs\": 5"))
  }

  /// A finished run makes no checkpoint of a later iteration that could hold the new setting.
  @Test func aChangeOfAFinishedRunIsToldOnce() throws {
    let workspace = try Sample.workspace(training: Self.training)
    _ = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    func resume() throws -> Program.Result {
      try Program.run("train", "--resume", "run", "--set", "name=other", in: workspace.path)
    }
    let (first, second) = (try resume(), try resume())
    #expect(first.exitCode == 0 && second.exitCode == 0)
    #expect(first.errors.contains("name: \"other\" instead of \"sample\""))
    #expect(!second.errors.contains("instead of"), "\(second.errors)")
    let metrics = String(decoding: try workspace.read("run/metrics.jsonl"), as: UTF8.self)
    #expect(
      metrics.split(separator: "\n").map { $0.split(separator: "\"")[3] } == [
        "epoch", "epoch", "epoch", "resume", "end",
      ])
  }

  /// What was added to the model since stays.
  @Test func aThresholdOutlivesAResumptionOfNothing() throws {
    let workspace = try Sample.workspace(training: Self.training)
    _ = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    let found = try Program.run(
      "find-threshold", "run", "data.csv", "--cost", "1,5", in: workspace.path)
    #expect(found.exitCode == 0, "\(found.errors)")
    let model = try workspace.read("run/model.safetensors")
    #expect(try Program.run("train", "--resume", "run", in: workspace.path).exitCode == 0)
    #expect(try workspace.read("run/model.safetensors") == model)
    // A model that is not that of the checkpoint is written again.
    let other = try Shell.run(
      "$hptrain train config.json --set seed=9 --output other && cp other/model.safetensors run/",
      in: workspace)
    #expect(other.exitCode == 0)
    #expect(try Program.run("train", "--resume", "run", in: workspace.path).exitCode == 0)
    let info = try Program.run("info", "run", in: workspace.path)
    #expect(!info.output.contains("threshold"))
    #expect(
      try workspace.read("run/model.safetensors") != workspace.read("other/model.safetensors"))
  }

  @Test func anEarlyStopNamesTheEpochOfTheLastImprovement() throws {
    let workspace = try Sample.workspace(
      data: #""validation": {"fraction": 0.3}"#,
      training:
        #""optimizer": {"type": "sgd", "learning_rate": 30}, "early_stopping": {"patience": 2, "restore_best": false}"#
    )
    let result = try Program.run(
      "train", "config.json", "--set", "training.epochs=200", "--format", "text", in: workspace.path
    )
    let best = try #require(result.errors.split(separator: "\n").last { $0.hasSuffix("best") })
    let epoch = try #require(
      best.split(separator: " ").dropFirst().first?.split(separator: "/").first)
    #expect(result.errors.contains("no improvement since epoch \(epoch)\n"), "\(result.errors)")
    #expect(result.errors.contains("the model of epoch"))
  }

  @Test func aTornLineEndsBeforeTheNext() throws {
    let workspace = try Sample.workspace(training: Self.training)
    let train = "$hptrain train config.json --set training.epochs=40 --output run"
    #expect(
      try Shell.run(train + "&& truncate -s 300 run/metrics.jsonl", in: workspace).exitCode == 0)
    let resumed = try Program.run(
      "train", "--resume", "run", "--set", "training.epochs=42", in: workspace.path)
    #expect(resumed.exitCode == 0)
    #expect(resumed.errors.contains("figures of earlier epochs are gone"))
    let lines = String(decoding: try workspace.read("run/metrics.jsonl"), as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.count > 3)
    for line in lines {
      let event = JSONParser.parse(SourceText(name: "line", String(line)))
      #expect(event.diagnostics.isEmpty && event.value["event"] != nil)
    }
  }

  @Test func twoProcessesDoNotTrainOneRun() throws {
    let workspace = try Sample.workspace(training: Self.training)
    let process = Program.process(
      ["train", "config.json", "--set", "training.epochs=1000000", "--output", "run"],
      in: workspace.path)
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    _ = errors.fileHandleForReading.availableData
    // Somebody has to read what it says of its epochs.
    errors.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    defer {
      process.terminate()
      process.waitUntilExit()
      errors.fileHandleForReading.readabilityHandler = nil
    }
    let second = try Program.run("train", "--resume", "run", in: workspace.path)
    #expect(second.exitCode == 73)
    #expect(second.errors.contains("is being trained by process \(process.processIdentifier) ("))
  }

  @Test func missingPiecesAreNamed() throws {
    let workspace = try Sample.workspace(training: Self.training)
    for (path, code, message) in [
      ("nothing", Int32(66), "there is no run 'nothing'"),
      ("config.json", 66, "'config.json' is not the folder of a run"),
    ] {
      let result = try Program.run("train", "--resume", path, in: workspace.path)
      #expect(result.exitCode == code)
      #expect(result.errors.contains(message))
    }
    _ = try Program.run("train", "config.json", in: workspace.path)
    try FileManager.default.removeItem(atPath: workspace.path("data.csv"))
    #expect(
      try Program.run("train", "--resume", "runs/sample", in: workspace.path).exitCode == 66)
  }

  @Test func aCrossValidationDoesNotGoOn() throws {
    let workspace = try Sample.workspace()
    #expect(
      try Program.run(
        "train", "config.json", "--folds", "2", "--output", "run", in: workspace.path
      ).exitCode == 0)
    let before = try workspace.read("run/metrics.jsonl")
    let result = try Program.run("train", "--resume", "run", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("'run' is the folder of a cross-validation"))
    #expect(try workspace.read("run/metrics.jsonl") == before)
  }

  @Test(arguments: [
    ["train"], ["train", "config.json", "--resume", "run"],
    ["train", "--resume", "run", "--output", "other"],
  ])
  func wrongUseIsTold(arguments: [String]) throws {
    #expect(try Program.run(arguments, in: Checkout.url.path).exitCode == 64)
  }

  /// A limit on the length of files stands for a disk without room.
  @Test(.withoutSanitizer) func aFullDiskLosesNothing() throws {
    let workspace = try Sample.workspace(
      layers: #"{"type": "dense", "units": 400}, {"type": "dense"}"#,
      training: #""checkpoint": {"every_iterations": 2}"#)
    let whole = try Shell.run(
      "$hptrain train config.json --output whole --set training.epochs=6",
      in: workspace)
    #expect(whole.exitCode == 0)
    #expect(try Shell.run("$hptrain train config.json --output run", in: workspace).exitCode == 0)
    let before = try FileManager.default.contentsOfDirectory(
      atPath: workspace.path("run/checkpoints")
    ).sorted()

    let full = try Shell.run(
      "ulimit -f 8; TMPDIR=. $hptrain train --resume run --set training.epochs=6",
      in: workspace)
    #expect(full.exitCode == 74)
    #expect(full.errors.contains("epoch 6/6"))
    #expect(full.errors.contains("it is tried again, and what was written before stays"))
    let after = try FileManager.default.contentsOfDirectory(
      atPath: workspace.path("run/checkpoints")
    ).sorted()
    #expect(after == before)

    let rest = try Shell.run("$hptrain train --resume run", in: workspace)
    #expect(rest.exitCode == 0)
    #expect(
      try workspace.read("run/model.safetensors") == workspace.read("whole/model.safetensors"))
  }

  @Test func theModelGoesElsewhereIfNeedBe() throws {
    let workspace = try Sample.workspace()
    #expect(
      try Program.run("train", "config.json", "--output", "run", in: workspace.path).exitCode == 0)
    let model = try workspace.read("run/model.safetensors")
    // A folder in its place is as bad as no room.
    try FileManager.default.removeItem(atPath: workspace.path("run/model.safetensors"))
    try workspace.write("run/model.safetensors/file", "")
    try workspace.write("elsewhere/file", "")
    let result = try Shell.run("TMPDIR=elsewhere $hptrain train --resume run", in: workspace)
    #expect(result.exitCode == 74)
    #expect(result.errors.contains("the model is in 'elsewhere/hptrain-sample-"))
    #expect(result.output.hasPrefix("elsewhere/hptrain-sample-"))
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: workspace.path("elsewhere")).first {
        $0.hasPrefix("hptrain-sample-")
      })
    #expect(try workspace.read("elsewhere/\(name)") == model)
  }
}
