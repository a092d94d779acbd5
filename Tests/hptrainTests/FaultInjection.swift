import Foundation
import TestSupport
import Testing

/// One call of the program that fails; `Tests/FaultInjection` makes it fail.
struct Fault: CustomStringConvertible {
  let call: String
  /// Counted from 1.
  let number: Int
  let kind: String
  /// Whether all calls after that one fail, too, as on a disk that stays full.
  var isLasting = false

  var description: String { "\(call) \(number)\(isLasting ? "+" : "") \(kind)" }
}

/// The program with a library before the system's that lets calls fail.
enum FaultyProgram {
  struct Outcome {
    let result: Program.Result
    /// The file of the call that failed, "" if it has none; `nil` if there were fewer calls.
    let file: String?
    /// How often each call was made; nothing of a process that crashed.
    let counts: [String: Int]
  }

  private static let library =
    URL(fileURLWithPath: Program.path).deletingLastPathComponent()
    .appendingPathComponent("libFaultInjection.so").path

  static func process(
    _ arguments: [String], in folder: String, environment: [String: String]
  ) -> Process {
    let process = Program.process(arguments, in: folder)
    process.environment = ProcessInfo.processInfo.environment
      .merging(["LD_PRELOAD": library]) { $1 }.merging(environment) { $1 }
    return process
  }

  /// Runs it to its end.
  ///
  /// - Parameter fault: `nil` for counting the calls.
  static func run(_ arguments: [String], in folder: String, fault: Fault?) throws -> Outcome {
    let workspace = try Workspace()
    let report = workspace.path("report")
    // A model that cannot be written where it belongs is saved there.
    var environment = ["HPTRAIN_FAULT_REPORT": report, "TMPDIR": workspace.path]
    // What Swift tells of a crash takes long to find out.
    environment["SWIFT_BACKTRACE"] = "enable=no"
    environment["HPTRAIN_FAULT"] = fault?.description
    let result = try Program.result(
      of: process(arguments, in: folder, environment: environment))
    // The library was there, or all that is found is worth nothing.
    let lines = String(decoding: try workspace.read("report"), as: UTF8.self)
      .split(separator: "\n")
    var counts: [String: Int] = [:]
    var file: String?
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      if words[0] == "count" {
        counts[String(words[1])] = Int(words[2])
      } else {
        file = words.dropFirst().joined(separator: " ")
      }
    }
    return Outcome(result: result, file: file, counts: counts)
  }

  /// Runs it with the first call that a file has failing: tries one call after the other until it is that of the file. Calls of several
  /// threads come in another order each time, so that it begins anew where the one of the file was missed.
  ///
  /// - Parameters:
  ///   - prepare: makes the folder in which the command runs, anew for each try.
  ///   - isWanted: whether it is the file, by its path.
  static func run(
    _ arguments: [String], failing call: String, _ kind: String, isLasting: Bool = false,
    in prepare: () throws -> Workspace, of isWanted: (String) -> Bool
  ) throws -> (outcome: Outcome, workspace: Workspace) {
    var number = 0
    var rounds = 0
    while true {
      number += 1
      let workspace = try prepare()
      let fault = Fault(call: call, number: number, kind: kind, isLasting: isLasting)
      let outcome = try run(arguments, in: workspace.path, fault: fault)
      if let file = outcome.file {
        if isWanted(file) { return (outcome, workspace) }
      } else {
        rounds += 1
        try #require(rounds < 20, "no \(call) of the file")
        number = 0
      }
    }
  }
}
