import Foundation
import TestSupport
import Testing

/// A study that is begun, and the states of a population, where the system does not do what it is asked to.
@Suite(.timeLimit(minutes: 10)) struct StudyFaultTests {
  private static let command = [
    "tune", "config.json", "--study", "s.db", "--trials", "2", "--jobs", "1", "--threads", "1",
    "--quiet",
  ]

  private static func workspace(_ algorithm: String) throws -> Workspace {
    let workspace = try Sample.workspace()
    let config = Sample.config(data: #""validation": {"fraction": 0.3}"#)
    try workspace.write(
      "config.json",
      String(config.dropLast()) + """
        , "tuning": {"algorithm": \(algorithm), "space": {"training.optimizer.learning_rate":
          {"type": "log_uniform", "low": 0.001, "high": 0.1}}}}
        """)
    return workspace
  }

  private static func workspace() throws -> Workspace { try workspace(#""random""#) }

  /// What the folder has but for the files of the beginning.
  private func names(_ workspace: Workspace) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: workspace.path).sorted()
      .filter { !["config.json", "data.csv"].contains($0) }
  }

  private func states(_ workspace: Workspace) throws -> [String?] {
    try Program.run(
      "tune", "table", "s.db", "--sort", "number", "--format", "json", in: workspace.path
    ).events.map { $0["state"]?.string }
  }

  /// A study gets its name when all of it is there, or it is not there at all.
  @Test(arguments: [
    ("link", "EIO", 73, "cannot create 's.db': Input/output error"),
    ("link", "ENOSPC", 74, "cannot create 's.db': No space left on device"),
    // Another process was first, and its file is gone again.
    ("link", "EEXIST", 66, "cannot read 's.db': No such file or directory"),
    ("write", "ENOSPC", 74, "cannot write 's.db'"), ("write", "EIO", 74, "cannot write 's.db'"),
    ("sync", "EIO", 74, "cannot write 's.db'"),
  ])
  func whatCannotBeBegunLeavesNothing(
    call: String, kind: String, exitCode: Int32, message: String
  ) throws {
    let (outcome, workspace) = try FaultyProgram.run(
      Self.command, failing: call, kind, isLasting: true, in: Self.workspace,
      of: { $0.hasSuffix(call == "link" ? "s.db" : ".part") })
    #expect(outcome.result.exitCode == exitCode, "\(outcome.result.errors)")
    #expect(outcome.result.errors.contains(message), "\(outcome.result.errors)")
    #expect(try names(workspace).isEmpty)
    #expect(try Program.run(Self.command, in: workspace.path).exitCode == 0)
    #expect(try states(workspace) == ["complete", "complete"])
  }

  /// A file system without links, and a folder that is not to be opened.
  @Test(arguments: [("link", "EPERM", "s.db"), ("open", "EACCES", ".")])
  func whatIsNotNeededMayFail(call: String, kind: String, file: String) throws {
    let (outcome, workspace) = try FaultyProgram.run(
      Self.command, failing: call, kind, in: Self.workspace, of: { $0 == file })
    #expect(outcome.result.exitCode == 0, "\(outcome.result.errors)")
    #expect(try names(workspace) == ["s.db"])
    #expect(try states(workspace) == ["complete", "complete"])
  }

  /// A disk that does not give the file is not taken for damage to it.
  @Test func aStudyThatCannotBeRead() throws {
    let template = try Self.workspace()
    #expect(try Program.run(Self.command, in: template.path).exitCode == 0)
    let before = try template.read("s.db")
    let (outcome, workspace) = try FaultyProgram.run(
      ["tune", "table", "s.db"], failing: "read", "EIO", isLasting: true,
      in: { try template.copy() }, of: { $0.hasSuffix("s.db") })
    #expect(outcome.result.exitCode == 66, "\(outcome.result.errors)")
    #expect(outcome.result.errors.contains("cannot read 's.db'"), "\(outcome.result.errors)")
    #expect(!outcome.result.errors.contains("damaged"))
    #expect(try workspace.read("s.db") == before)
  }

  /// A member whose state cannot be kept has failed, since nobody could go on from it.
  @Test func aStateThatCannotBeKept() throws {
    let (outcome, workspace) = try FaultyProgram.run(
      Self.command, failing: "mkdir", "ENOSPC",
      in: {
        try Self.workspace(#"{"type": "population", "population_size": 2, "interval": 3}"#)
      }, of: { $0.hasSuffix("s.db-members") })
    #expect(outcome.result.exitCode == 0, "\(outcome.result.errors)")
    let trials = try Program.run(
      "tune", "table", "s.db", "--sort", "number", "--format", "json", in: workspace.path
    ).events
    #expect(trials.map { $0["state"]?.string } == ["fail", "complete"])
    #expect(
      trials.first?["message"]?.string?.contains("members': No space left on device") == true,
      "\(trials)")
  }
}
