import Foundation
import TestSupport
import Testing

/// Examples on the disk where the system does not do what it is asked to.
@Suite(.timeLimit(minutes: 10)) struct DiskFaultTests {
  private static let command = [
    "train", "config.json", "--output", "run", "--threads", "1", "--quiet",
  ]

  private static func workspace() throws -> Workspace {
    try Sample.workspace(data: #""validation": {"fraction": 0.2}, "storage": "disk""#)
  }

  /// The temporary file has no name any more.
  private static func isPageFile(_ path: String) -> Bool { path.hasSuffix(" (deleted)") }

  @Test(arguments: [
    ("write", "EIO", "cannot write the examples to a file in", "Input/output error"),
    ("write", "ENOSPC", "cannot write the examples to a file in", "TMPDIR=/path hptrain train"),
    ("read", "EIO", "cannot read the examples back from a file in", "Input/output error"),
  ])
  func whatTheDiskDoesNotTakeOrGive(
    call: String, kind: String, message: String, more: String
  ) throws {
    let (outcome, workspace) = try FaultyProgram.run(
      Self.command, failing: call, kind, in: Self.workspace, of: Self.isPageFile)
    #expect(outcome.result.exitCode == 74, "\(outcome.result.errors)")
    #expect(outcome.result.errors.contains(message), "\(outcome.result.errors)")
    #expect(outcome.result.errors.contains(more), "\(outcome.result.errors)")
    // Nothing stays, and the next one works.
    try? FileManager.default.removeItem(atPath: workspace.path("run"))
    #expect(try Program.run(Self.command, in: workspace.path).exitCode == 0)
  }

  @Test(arguments: [("write", "short"), ("write", "EINTR"), ("read", "short"), ("read", "EINTR")])
  func whatIsDoneInPartsIsTheSame(call: String, kind: String) throws {
    let (outcome, workspace) = try FaultyProgram.run(
      Self.command, failing: call, kind, in: Self.workspace, of: Self.isPageFile)
    #expect(outcome.result.exitCode == 0, "\(outcome.result.errors)")
    let sound = try Self.workspace()
    #expect(try Program.run(Self.command, in: sound.path).exitCode == 0)
    #expect(
      try workspace.read("run/model.safetensors") == sound.read("run/model.safetensors"))
  }

  /// What a thread would do beside the training is done by the training itself.
  @Test func withoutAThread() throws {
    let sound = try Self.workspace()
    let counted = try FaultyProgram.run(Self.command, in: sound.path, fault: nil)
    let count = try #require(counted.counts["thread"])
    #expect(count >= 2)
    for number in 1...count {
      let workspace = try Self.workspace()
      let fault = Fault(call: "thread", number: number, kind: "EAGAIN")
      let outcome = try FaultyProgram.run(Self.command, in: workspace.path, fault: fault)
      #expect(outcome.result.exitCode == 0, "thread \(number): \(outcome.result.errors)")
      #expect(
        try workspace.read("run/model.safetensors") == sound.read("run/model.safetensors"))
    }
  }

  /// A file is mapped unless the system will not.
  @Test func aFileThatCannotBeMapped() throws {
    let (outcome, _) = try FaultyProgram.run(
      ["check", "config.json"], failing: "mmap", "EACCES",
      in: { try Sample.workspace() }, of: { $0.hasSuffix("data.csv") })
    #expect(outcome.result.exitCode == 66)
    #expect(
      outcome.result.errors.contains("data.csv': Permission denied"), "\(outcome.result.errors)")
  }
}
