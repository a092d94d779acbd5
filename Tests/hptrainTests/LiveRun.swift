import Foundation
import TestSupport
import Testing

/// A run without an end, as long as a test does something to its files.
final class LiveRun {
  private let process: Process
  private let errors = Pipe()

  /// Begins to train `config.json` to the folder `run`, and waits until epochs have ended.
  init(in workspace: Workspace, environment: [String: String] = [:]) throws {
    process = Program.process(
      ["train", "config.json", "--set", "training.epochs=1000000", "--output", "run"],
      in: workspace.path)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let isTraining = wait(seconds: 60) { $0.contains("epoch ") }
    try #require(isTraining)
  }

  /// A test that fails does not leave it behind.
  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Reads what the run says, so that it goes on, until something is so.
  ///
  /// - Parameter isDone: given what was said since it was asked last.
  /// - Returns: false if it is not so after all that time.
  func wait(seconds: Double, until isDone: (String) -> Bool) -> Bool {
    let end = Date.now.addingTimeInterval(seconds)
    while Date.now < end {
      let bytes = errors.fileHandleForReading.availableData
      if isDone(String(decoding: bytes, as: UTF8.self)) { return true }
      if bytes.isEmpty { return false }
    }
    return false
  }

  /// Interrupts the run and waits for its end.
  func interrupt() -> Program.Result {
    kill(process.processIdentifier, SIGINT)
    let rest = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Program.Result(
      exitCode: process.terminationStatus, output: "", errors: String(decoding: rest, as: UTF8.self)
    )
  }
}
