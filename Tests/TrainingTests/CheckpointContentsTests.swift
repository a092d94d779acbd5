import Configuration
import Datasets
import Foundation
import TestSupport
import Testing
import Training

/// Checkpoints whose checksum is right, but not what they say.
@Suite struct CheckpointContentsTests {
  private let sample: SampleRun
  private let training: StoppedTraining
  /// A checkpoint within the third epoch.
  private let path: String
  private let file: Safetensors

  init() throws {
    sample = try SampleRun(
      layers: #"{"type": "dense", "units": 3}, {"type": "dense"}"#,
      data: #", "validation": {"fraction": 0.2}"#,
      training: #"""
        , "metrics": ["accuracy", "roc_auc", "f1"], "gradient_accumulation": 2, "optimizer": "adam",
        "learning_rate_schedule": "reduce_on_plateau", "checkpoint": {"keep": 1}
        """#, rows: 60, epochs: 4, batchSize: 8)
    training = try StoppedTraining(sample)
    try training.begin()
    // Six iterations are an epoch.
    let (loop, _) = try training.goOn(to: 15)
    let folder = training.path + "/checkpoints"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    #expect(loop.iterations == 15)
    path = folder + "/" + name
    file = try Safetensors(
      FileBytes(path: path, compression: .keep), types: [.float, .word],
      noun: Safetensors.checkpointNoun)
  }

  /// Writes the checkpoint with another header.
  private func change(_ body: (JSONValue) -> JSONValue?) throws {
    var bytes = try FileBytes(path: path, compression: .keep).withBytes { Array($0) }
    let length = Int(bytes.withUnsafeBytes { UInt64(littleEndian: $0.load(as: UInt64.self)) })
    let data = Array(bytes[(8 + length)...])
    let header = JSONParser.parse(SourceText(name: "header", bytes: Array(bytes[8..<8 + length])))
    let zeros = "fletcher:" + String(repeating: "0", count: 16)
    let open =
      header.value["__metadata__"]?["checksum"]?.string?.hasPrefix("fletcher:") == true
      ? header.value.replacing(["__metadata__", "checksum"], by: .string(zeros)) : header.value
    let changed = open.flatMap { body($0) }
    let text = Array(try #require(changed).compactText.utf8)
    bytes = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    var sum = BlockChecksum()
    bytes.withUnsafeBytes { sum.add($0) }
    data.withUnsafeBytes { sum.add($0) }
    if let place = bytes.firstRange(of: Array("\"checksum\":\"\(zeros)\"".utf8)) {
      bytes.replaceSubrange(
        place.upperBound - 17..<place.upperBound - 1, with: Array(sum.hexadecimal.utf8))
    }
    try Data(bytes + data).write(to: URL(fileURLWithPath: path))
  }

  /// What is said of the checkpoint; `nil` if the run goes on to its end.
  private func finding() throws -> String? {
    do {
      _ = try training.goOn(to: .max)
      return nil
    } catch let failure as Failure {
      return failure.diagnostics.map(\.message).joined(separator: "\n")
    }
  }

  @Test(arguments: [
    ("format", "\"other\"", "hptrain did not write it, or it was changed"),
    ("checksum", "\"none\"", "hptrain did not write it, or it was changed"),
    ("hptrain_version", "\"0\"", "hptrain 0 wrote it, and this is hptrain test"),
    ("hptrain_version", "", "hptrain  wrote it, and this is hptrain test"),
    ("config", "", "its metadata lacks 'config'"), ("data", "", "its metadata lacks 'data'"),
    ("state", "", "its metadata lacks 'state'"), ("state", "\"{\"", "its 'state' cannot be read"),
    ("data", "\"3\"", "its 'data' cannot be read"),
    ("data", #""[{\"path\": \"a\", \"bytes\": 3}]""#, "its 'data' cannot be read"),
    (
      "data", #""[{\"path\": \"a\", \"bytes\": 3, \"sample\": -1}]""#, "its 'data' cannot be read"
    ),
  ])
  func metadataIsChecked(key: String, value: String, message: String) throws {
    try change { header in
      header.replacing(["__metadata__", key], by: value.isEmpty ? nil : JSONValue(parsing: value))
    }
    #expect(try finding()?.contains(message) == true)
  }

  /// Writes the checkpoint with something else among the numbers.
  private func changeState(_ name: String, to value: JSONValue?) throws {
    let state = JSONValue(parsing: try #require(file.metadata["state"]))
    let changed = try #require(state.replacing([name], by: value)).compactText
    #expect(changed != state.compactText)
    try change { $0.replacing(["__metadata__", "state"], by: .string(changed)) }
  }

  @Test(arguments: [
    ("iterations", "20", "its numbers contradict each other"),
    ("iterations", "1000", "the run has made 1,000 iterations already"),
    ("iterations", "11", "its numbers contradict each other"),
    ("epochs", "1", "its numbers contradict each other"),
    ("updates", "16", "its numbers contradict each other"),
    ("samples", "1.5", "'samples' is missing or cannot be"),
    ("plateau.waited", "9", "its numbers contradict each other"),
    ("plateau.share", "\"big\"", "'plateau.share' is missing or cannot be"),
    ("best.epoch", "5", "its numbers contradict each other"),
    ("best.epoch", "true", "'best.epoch' is missing or cannot be"),
    ("best.is_current", "1", "'best.is_current' is missing or cannot be"),
    ("best.undefined_epochs", "3", "its numbers contradict each other"),
    ("train_figures.rows", "23", "its numbers contradict each other"),
    ("train_figures.metrics.1.rows", "23", "'train_figures.metrics.1.keys.0' is missing"),
    ("train_figures.metrics.1.rows", "1000", "its numbers contradict each other"),
    (
      "train_figures.metrics.2.counts.right", "[1]",
      "'train_figures.metrics.2.counts.right' is missing"
    ),
    (
      "train_figures.metrics.2.counts.right", "[1, null]",
      "'train_figures.metrics.2.counts.right' is missing"
    ),
    (
      "train_figures.metrics.2.counts.right", "3",
      "'train_figures.metrics.2.counts.right' is missing"
    ),
    ("metrics_bytes", "null", "'metrics_bytes' is missing or cannot be"),
    ("metrics_bytes", "-1", "'metrics_bytes' is missing or cannot be"),
    ("metrics_tail_bytes", "4097", "'metrics_tail_bytes' contradicts other numbers"),
    ("metrics_bytes", "0", "'metrics_tail_bytes' contradicts other numbers"),
    ("events_bytes", "-1", "'events_bytes' is missing or cannot be"),
    ("events_bytes", "\"all\"", "'events_bytes' is missing or cannot be"),
    ("events_bytes", "1", "'events_tail_bytes' is missing or cannot be"),
  ])
  func numbersAreChecked(name: String, value: String, message: String) throws {
    try changeState(name, to: JSONValue(parsing: value))
    let found = try finding() ?? "nothing"
    #expect(found.contains(message), "\(found)")
  }

  /// None of them ends in a trap, now or in the iterations that follow: whole numbers at the ends of what can be
  /// counted ended the program.
  @Test func noNumberIsTrusted() throws {
    let state = JSONValue(parsing: try #require(file.metadata["state"]))
    let whole = try FileBytes(path: path, compression: .keep).withBytes { Data($0) }
    // Others are written with a point.
    let counts = (state.members ?? []).filter { Int($0.value.compactText) != nil }.map(\.key)
    #expect(counts.count > 10)
    for name in counts {
      for value in [Int.max, .max / 2, -1, .min] {
        try whole.write(to: URL(fileURLWithPath: path))
        try changeState(name, to: .integer(value))
        let found = try finding()
        if value < 0 { #expect(found != nil, "\(name) = \(value)") }
        // The run wrote another one.
        if found == nil {
          try? FileManager.default.removeItem(atPath: training.path)
          try training.begin()
          try FileManager.default.createDirectory(
            atPath: training.path + "/checkpoints", withIntermediateDirectories: true)
        }
      }
      try whole.write(to: URL(fileURLWithPath: path))
      try changeState(name, to: nil)
      #expect(try finding() != nil, "\(name)")
    }
  }

  @Test func dataOfAnotherSizeIsNotThatOfTheRun() throws {
    let data = sample.workspace.path("data.csv")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: data))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("1,1,rome,x\n".utf8))
    try handle.close()
    #expect(try finding()?.contains("has changed since the run began: ") == true)
    #expect(try finding()?.contains(" bytes then, ") == true)
  }

  /// Settings that were not there before, or are no longer.
  @Test func theLengthMayChange() throws {
    func run(_ override: String) throws -> StoppedRun {
      try StoppedRun(path: training.path, overrides: [override], version: StoppedTraining.version)
    }
    let longer = try run("training.max_iterations=20")
    #expect(longer.changes.map(\.oldText) == ["nothing"] && longer.changes.map(\.newText) == ["20"])
    #expect(
      longer.event?.compactText
        == #"{"event":"resume","iterations":15,"changes":[{"path":"training.max_iterations","old":null,"new":20}]}"#
    )
    do {
      _ = try run("training.max_iterations=10")
      Issue.record("it went on")
    } catch let failure as Failure {
      #expect(
        failure.diagnostics.first?.message.hasSuffix(
          "more than the 10 that 'training.max_iterations' asks for") == true)
    }
    try longer.directory.write(longer.plan)
  }

  @Test func otherFilesInTheFolderAreNoCheckpoints() throws {
    let folder = training.path + "/checkpoints/"
    for name in ["99.safetensors", "notes.txt"] {
      try Data("mine".utf8).write(to: URL(fileURLWithPath: folder + name))
    }
    #expect(try finding() == nil)
    #expect(FileManager.default.fileExists(atPath: folder + "99.safetensors"))
  }

  @Test func aRunMayKeepNone() throws {
    let none = try StoppedTraining(
      SampleRun(
        layers: #"{"type": "dense"}"#, training: #", "checkpoint": {"keep": 0}"#, rows: 40,
        epochs: 1))
    try none.begin()
    _ = try none.goOn(to: .max)
    #expect(!FileManager.default.fileExists(atPath: none.path + "/checkpoints"))
  }

  @Test func aStateThatCannotBeWrittenIsSaid() throws {
    let loop = try sample.loop(training.pool)
    #expect(throws: Failure.self) {
      try TrainingState.save(
        loop, to: training.path + "/none/state", version: "test", pool: training.pool)
    }
  }

  @Test func arraysAreChecked() throws {
    for (name, key, value) in [
      ("model", "dtype", JSONValue.string("U32")), ("model", "shape", .array([.integer(1)])),
    ] {
      let whole = try FileBytes(path: path, compression: .keep).withBytes { Data($0) }
      try change { header in header.replacing([name, key], by: value) }
      #expect(try finding() != nil, "\(name) \(key)")
      try whole.write(to: URL(fileURLWithPath: path))
    }
    try change { header in
      .object((header.members ?? []).map { $0.key == "model" ? JSONMember("other", $0.value) : $0 })
    }
    #expect(try finding()?.contains("the array 'model' is missing or of another size") == true)
  }
}
