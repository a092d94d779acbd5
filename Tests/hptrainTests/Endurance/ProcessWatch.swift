import Foundation
import TestSupport

/// A program that runs while it is looked at from outside, as the system counts its memory and its descriptors.
struct ProcessWatch {
  /// What the system says at one moment.
  struct Sample {
    /// Seconds since the process began.
    let seconds: Double
    /// How much is done: iterations or trials.
    let progress: Int
    let residentBytes: Int
    let descriptors: Int
  }

  /// How often a process is looked at, in seconds.
  private static let interval = 0.005

  /// Runs a command to its end and looks at it whenever it has come further.
  ///
  /// - Parameter progress: what a line of its output says of how much is done; `nil` for a line that says nothing.
  /// - Returns: what was seen, by ascending progress, and how the process ended.
  static func run(
    _ arguments: [String], in workspace: Workspace, progress: (String) -> Int?
  ) throws -> (samples: [Sample], exitCode: Int32, errors: String) {
    let output = try workspace.write("output", "")
    let errors = try workspace.write("errors", "")
    let process = Program.process(arguments, in: workspace.path)
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
    let start = ContinuousClock.now
    try process.run()
    var samples: [Sample] = []
    while process.isRunning {
      Thread.sleep(forTimeInterval: interval)
      guard let line = try lastLine(of: output), let done = progress(line),
        done > samples.last?.progress ?? 0,
        let bytes = residentBytes(process.processIdentifier),
        let descriptors = descriptors(process.processIdentifier)
      else { continue }
      samples.append(
        Sample(
          seconds: start.duration(to: .now) / .seconds(1), progress: done, residentBytes: bytes,
          descriptors: descriptors))
    }
    process.waitUntilExit()
    return (
      samples, process.terminationReason == .exit ? process.terminationStatus : -1,
      String(decoding: try workspace.read("errors"), as: UTF8.self)
    )
  }

  /// The last line that is whole.
  private static func lastLine(of path: String) throws -> String? {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    let end = try file.seekToEnd()
    try file.seek(toOffset: end > 8192 ? end - 8192 : 0)
    let text = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    guard let newline = text.lastIndex(of: "\n") else { return nil }
    return text[..<newline].split(separator: "\n").last.map(String.init)
  }

  /// `VmRSS` of proc_pid_status(5).
  private static func residentBytes(_ process: Int32) -> Int? {
    let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let words = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }) ?? []
    return words.count == 3 ? Int(words[1]).map { $0 * 1024 } : nil
  }

  private static func descriptors(_ process: Int32) -> Int? {
    try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
  }
}
