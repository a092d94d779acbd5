import Configuration
import Foundation
import TestSupport
import Testing

/// A command that calls fail in, what was good before it, and what has to be there in the end.
struct FaultScenario: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// What makes the state that the command begins with.
  let preparation: [[String]]
  let command: [String]
  /// What must be the same bytes in the end as without a fault.
  let results: [String]

  static let all = [
    FaultScenario(
      testDescription: "train", preparation: [],
      command: ["train", "config.json", "--output", "run", "--threads", "1", "--quiet"],
      results: ["run/model.safetensors"]),
    FaultScenario(
      testDescription: "resume",
      preparation: [["train", "config.json", "--output", "run", "--threads", "1", "--quiet"]],
      command: [
        "train", "--resume", "run", "--threads", "1", "--set", "training.epochs=5",
      ],
      results: ["run/model.safetensors"]),
    FaultScenario(
      testDescription: "tune", preparation: [tune(trials: 2)], command: tune(trials: 4),
      results: []),
    FaultScenario(
      testDescription: "predict",
      preparation: [["train", "config.json", "--output", "run", "--threads", "1", "--quiet"]],
      command: ["predict", "run", "data.csv", "--threads", "1"], results: []),
    FaultScenario(
      testDescription: "report",
      preparation: [
        ["train", "config.json", "--output", "run", "--threads", "1", "--quiet"],
        ["report", "run"],
      ],
      command: ["report", "run", "--threads", "1"], results: []),
  ]

  private static func tune(trials: Int) -> [String] {
    [
      "tune", "config.json", "--study", "s.db", "--trials", "\(trials)", "--jobs", "1",
      "--threads", "1", "--quiet",
    ]
  }

  private static let tuning = """
    , "tuning": {"algorithm": "random", "space": {"training.optimizer.learning_rate":
      {"type": "log_uniform", "low": 0.001, "high": 0.1}}}}
    """

  /// A folder with the state that the command begins with.
  func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("data.csv", Sample.csv)
    let config = Sample.config(
      data: #""validation": {"fraction": 0.3}"#,
      training: #""checkpoint": {"every_iterations": 6}, "metrics": ["accuracy"]"#)
    try workspace.write("config.json", String(config.dropLast()) + Self.tuning)
    for arguments in preparation {
      let result = try Program.run(arguments, in: workspace.path)
      try #require(result.exitCode == 0, "\(result.errors)")
    }
    return workspace
  }

  /// What goes on after a fault.
  ///
  /// - Parameter crashed: whether the process did not get to clearing away what it had begun.
  func continuation(in workspace: Workspace, crashed: Bool) throws -> [String] {
    guard testDescription == "train" else { return command }
    if workspace.exists("run/config.json") {
      return ["train", "--resume", "run", "--threads", "1", "--quiet"]
    }
    // A process that was killed there has left an empty folder.
    if crashed { try? FileManager.default.removeItem(atPath: workspace.path("run")) }
    return command
  }

  /// What tells the same of a state however it was come to.
  func facts(in workspace: Workspace, output: String) throws -> [String] {
    switch testDescription {
    case "tune": return try Self.trials(in: workspace)
    case "predict": return output.split(separator: "\n").map { String($0) }
    case "report":
      let page = String(decoding: try workspace.read("run/report.html"), as: UTF8.self)
      return [String(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))]
    default: return []
    }
  }

  /// The trials of a study by number, without what depends on the clock.
  static func trials(in workspace: Workspace) throws -> [String] {
    let table = try Program.run(
      "tune", "table", "s.db", "--sort", "number", "--format", "json", in: workspace.path)
    #expect(table.exitCode == 0, "\(table.errors)")
    return table.events.map { event in
      JSONValue.object((event.members ?? []).filter { $0.key != "seconds" }).compactText
    }
  }
}

extension Workspace {
  /// A folder with the same files.
  func copy() throws -> Workspace {
    let copy = try Workspace()
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      try FileManager.default.copyItem(atPath: self.path(name), toPath: copy.path(name))
    }
    return copy
  }

  /// All files with their bytes.
  func contents() throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: self.path(name), isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      contents[name] = try read(name)
    }
    return contents
  }
}
