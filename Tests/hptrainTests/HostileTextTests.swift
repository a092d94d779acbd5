import Configuration
import Foundation
import TestSupport
import Testing

/// Whatever strangers write into their files, a terminal gets nothing that it would obey.
@Suite(.serialized, .timeLimit(minutes: 10)) struct HostileTextTests {
  /// Sets the title of a window, blinks, clears the screen (once with eight bits), turns the direction, deletes, returns.
  private static let hostile = "\u{1B}]0;t\u{7}\u{1B}[31;5mX\u{1B}[2J\u{9B}2J\u{202E}\u{7F}\u{8}\rZ"

  private static func quoted(_ text: String) -> String { JSONValue.string(text).compactText }

  private static func workspace() throws -> Workspace {
    let workspace = try Workspace()
    var csv = "width,\"h\(Self.hostile)\",\"c\(Self.hostile)\",\"k\(Self.hostile)\"\n"
    for index in 0..<60 {
      let isBig = index % 2 == 0
      csv +=
        "\((isBig ? 5 : 1) + index % 7),\(index % 5),\"v\(index % 3)\(Self.hostile)\",\"\(isBig)\(Self.hostile)\"\n"
    }
    try workspace.write("data.csv", csv)
    try workspace.write("data\(Self.hostile).csv", csv)
    try workspace.write(
      "bad.csv", csv + "1,\"\(Self.hostile)\",\"\(Self.hostile)\",\"true\(Self.hostile)\"\n")
    try workspace.write("config.json", configuration(name: "n", epochs: 3))
    try workspace.write("other.json", configuration(name: "m", epochs: 4))
    try workspace.write(
      "space.json",
      """
      {"space": {\(quoted("x\(Self.hostile)")): {"type": "choice", "values": [\(quoted(Self.hostile)), 2]}},
       "objective": {"metric": "loss", "direction": "minimize"}}
      """)
    try workspace.write("wrong.json", #"{"\#u{1B}]0;x\#u{7}": 1, "d\u001b[2J": 2}"#)
    return workspace
  }

  private static func configuration(name: String, epochs: Int) -> String {
    """
    {"name": \(quoted(name)),
     "data": {"train": "data.csv", "target": \(quoted("k\(Self.hostile)")), "validation": {"fraction": 0.3}},
     "model": {"layers": [
       {"type": "dense", "units": 4, "activation": "tanh"}, {"type": "dense"}]},
     "training": {"epochs": \(epochs), "batch_size": 8, "metrics": ["accuracy"]},
     "tuning": {"trials": 2, "space": {
       "training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.001, "high": 0.1},
       "model.layers[0].units": {"type": "integer", "low": 2, "high": 8}}}}
    """
  }

  /// Runs a command with both its outputs on a terminal.
  private static func run(
    _ arguments: [String], _ environment: [String: String], in workspace: Workspace
  ) throws -> (process: Process, bytes: [UInt8]) {
    let terminal = try PseudoTerminal(columns: 100, rows: 40)
    let process = Program.process(arguments, in: workspace.path)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.environment?["LC_ALL"] = "C.UTF-8"
    process.environment?["NO_COLOR"] = environment["NO_COLOR"]
    process.standardInput = FileHandle.nullDevice
    let end = try terminal.end()
    process.standardOutput = end
    process.standardError = end
    try process.run()
    try end.close()
    while terminal.read(seconds: 20) {}
    process.waitUntilExit()
    return (process, Array(terminal.bytes))
  }

  /// Runs a command with both its outputs on a terminal that knows no sequences, so that none is its own.
  private static func text(_ arguments: [String], in workspace: Workspace) throws -> String {
    let (process, bytes) = try run(arguments, ["TERM": "dumb", "NO_COLOR": "1"], in: workspace)
    #expect(process.terminationReason == .exit, "\(arguments)")
    #expect(process.terminationStatus != 70, "\(arguments)")
    // The terminal turns each line break into two characters.
    return String(decoding: bytes, as: UTF8.self)
      .replacingOccurrences(of: "\r\n", with: "\n")
  }

  @Test func noCommandHandsItToTheTerminal() throws {
    let workspace = try Self.workspace()
    let commands: [[String]] = [
      ["check", "config.json"], ["check", "wrong.json"],
      ["check", "config.json", "--format", "json"],
      ["check", "config\(Self.hostile).json"],
      ["check", "config.json", "--set", "name=\(Self.hostile)"],
      ["check", "config.json", "--set", "model.layers[0].name=\(Self.hostile)"],
      ["train", "config.json", "--output", "run"],
      ["train", "--resume", "run", "--set", "training.epochs=5"],
      ["train", "config.json", "--output", "folds", "--folds", "2"],
      ["evaluate", "run", "data.csv"], ["evaluate", "run", "bad.csv"],
      ["evaluate", "run", "data.csv", "--format", "json"],
      ["predict", "run", "data\(Self.hostile).csv", "--header"],
      ["predict", "run", "data.csv", "--format", "json"], ["predict", "run", "bad.csv"],
      ["find-threshold", "run", "data.csv"], ["show", "config.json"], ["show", "run"],
      ["diff", "config.json", "other.json"], ["diff", "run", "other.json"],
      ["train", "config.json", "--output", "r\(Self.hostile)"],
      ["diff", "r\(Self.hostile)", "other.json"],
      ["runs", "."], ["tune", "create", "o\(Self.hostile).db", "space.json"],
      ["tune", "ask", "o\(Self.hostile).db"], ["tune", "tell", "o\(Self.hostile).db", "0", "1"],
      ["tune", "table", "o\(Self.hostile).db"], ["tune", "best", "o\(Self.hostile).db"],
      ["find-lr", "config.json"], ["tune", "config.json", "--study", "s.db"],
      ["tune", "best", "s.db"], ["tune", "table", "s.db"], ["tune", "history", "s.db"],
      ["tune", "importance", "s.db"], ["report", "run"], ["report", "s.db"],
      ["export", "run", "--output", "m.onnx"], ["init", "data.csv", "--output", "new.json"],
      ["explain", "train\(Self.hostile)"],
    ]
    var shown: Set<String> = []
    for command in commands {
      let text = try Self.text(command, in: workspace)
      let obeyed = text.unicodeScalars.filter {
        $0 != "\n" && $0 != "\t"
          && ($0.properties.generalCategory == .control || $0 == "\u{202E}" || $0 == "\r")
      }
      #expect(obeyed.isEmpty, "\(command): \(text.debugDescription)")
      if text.contains("\u{FFFD}") { shown.insert(command[0]) }
    }
    // Something was there to be kept back.
    let expected: Set = [
      "check", "train", "evaluate", "predict", "show", "runs", "tune", "explain",
    ]
    #expect(expected.subtracting(shown).isEmpty)
  }

  /// What goes on into other programs stays what it is.
  @Test func programsGetTheVeryBytes() throws {
    let workspace = try Self.workspace()
    #expect(
      try Program.run("train", "config.json", "--output", "run", in: workspace.path).exitCode == 0)
    let result = try Program.run("predict", "run", "data.csv", in: workspace.path)
    #expect(result.exitCode == 0)
    // A carriage return alone needs quotes.
    #expect(result.output.contains("true\(Self.hostile)"))
    #expect(!result.errors.unicodeScalars.contains("\u{1B}"))
  }

  /// Where the terminal has colours, the sequences that are obeyed are those of this program.
  @Test func coloursAreOwnOnes() throws {
    let workspace = try Self.workspace()
    let (_, bytes) = try Self.run(
      ["train", "config.json", "--output", "run"], ["TERM": "xterm-256color"], in: workspace)
    var screen = TerminalScreen(columns: 100)
    screen.write(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\u{1B}[1m") && text.contains("\u{FFFD}"))
    #expect(screen.unknown.isEmpty && !text.contains("\u{1B}[31;5m") && !text.contains("\u{1B}[2J"))
    #expect(!text.contains("\u{1B}]") && !text.contains("\u{9B}"))
  }

  /// A name is no path, and what it would make is refused before anything is made.
  @Test(arguments: ["../../out", "/tmp/out", "..", ".", "a/../../b", "x\u{1B}[2J"])
  func aNameDoesNotLeaveTheFolder(name: String) throws {
    let workspace = try Sample.workspace()
    try workspace.write(
      "inner/config.json",
      Sample.config().replacingOccurrences(of: #""sample""#, with: Self.quoted(name)))
    try workspace.write("inner/data.csv", Sample.csv)
    let before = try Self.files(of: workspace)
    let result = try Program.run("train", "config.json", "--quiet", in: workspace.path("inner"))
    #expect(result.exitCode == 78, "\(result.errors)")
    #expect(try Self.files(of: workspace) == before)
  }

  private static func files(of workspace: Workspace) throws -> Set<String> {
    Set(try FileManager.default.subpathsOfDirectory(atPath: workspace.path))
  }
}
