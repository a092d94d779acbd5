import Configuration
import Foundation
import TestSupport

/// The hptrain program, run as a process of its own.
struct Program {
  struct Result {
    let exitCode: Int32
    let output: String
    let errors: String

    var lines: [Substring] { output.split(separator: "\n") }

    /// The objects of an output of JSON lines.
    var events: [JSONValue] {
      lines.map { JSONParser.parse(SourceText(name: "output", String($0))).value }
    }
  }

  /// Beside the test bundle, where the build put it.
  static let path =
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("hptrain").path

  static func process(_ arguments: [String], in folder: String) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    return process
  }

  /// Runs the program to its end.
  ///
  /// - Parameter input: what it reads from standard input.
  static func run(
    _ arguments: String..., in folder: String, input: [UInt8] = []
  ) throws -> Result {
    try run(arguments, in: folder, input: input)
  }

  static func run(_ arguments: [String], in folder: String, input: [UInt8] = []) throws -> Result {
    try result(of: process(arguments, in: folder), input: input)
  }

  /// Runs a process to its end.
  static func result(of process: Process, input: [UInt8] = []) throws -> Result {
    // Files instead of pipes: nothing can block, however much is written.
    let workspace = try Workspace()
    let inputPath = try workspace.write("input", input)
    let outputPath = try workspace.write("output", "")
    let errorPath = try workspace.write("errors", "")
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputPath))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errorPath))
    try process.run()
    process.waitUntilExit()
    return Result(
      exitCode: process.terminationReason == .exit
        ? process.terminationStatus : 1000 + process.terminationStatus,
      output: String(decoding: try workspace.read("output"), as: UTF8.self),
      errors: String(decoding: try workspace.read("errors"), as: UTF8.self))
  }
}

/// Lines of shell, with the program as `$hptrain`.
enum Shell {
  static func run(_ line: String, in workspace: Workspace) throws -> Program.Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "hptrain='\(Program.path)'\n\(line)"]
    process.currentDirectoryURL = URL(fileURLWithPath: workspace.path)
    return try Program.result(of: process)
  }
}

/// Small configurations for tests.
enum Sample {
  static let csv: String = {
    var text = "width,height,kind\n"
    for index in 0..<60 {
      let isBig = index % 2 == 0
      let base = isBig ? 5.0 : 1.0
      text +=
        "\(base + Double(index % 7) / 10),\(base + Double(index % 5) / 10),\(isBig ? "big" : "small")\n"
    }
    return text
  }()

  /// A configuration that trains on `data.csv` beside it.
  static func config(
    data: String = "", layers: String = #"{"type": "dense"}"#, training: String = ""
  ) -> String {
    """
    {
      "name": "sample",
      "data": {"train": "data.csv", "target": "kind"\(data.isEmpty ? "" : ", \(data)")},
      "model": {"layers": [\(layers)]},
      "training": {"epochs": 3, "batch_size": 8\(training.isEmpty ? "" : ", \(training)")}
    }
    """
  }

  static func workspace(
    csv: String = Sample.csv, data: String = "", layers: String = #"{"type": "dense"}"#,
    training: String = ""
  ) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    try workspace.write("config.json", config(data: data, layers: layers, training: training))
    return workspace
  }
}
