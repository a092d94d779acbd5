import Foundation
import TestSupport
import Testing

/// What README and the pages show in consoles is what typing it gives.
///
/// The blocks of a page are typed one after the other in one shell, in a folder with the `configs` and
/// `datasets` of the checkout. A line `…` stands for any lines, `…` in a line for any text; times, rates and
/// sizes may be others. Blocks behind a comment `<!-- takes minutes -->` are typed with HPTRAIN_LONG=1 only.
@Suite(.timeLimit(minutes: 20)) struct ConsoleBlocksTests {
  private static let pages =
    ["README.md"]
    + [
      "Compare", "CrossValidation", "Data", "Evaluate", "Examples", "Init", "Interchange", "Report",
      "Resume", "Tune",
    ].map {
      "Documentation/\($0).md"
    }

  private static let typesAll = ProcessInfo.processInfo.environment["HPTRAIN_LONG"] != nil

  @Test(arguments: pages)
  func consolesShowWhatIsPrinted(page: String) throws {
    let text = String(
      decoding: try Data(contentsOf: Checkout.url.appendingPathComponent(page)), as: UTF8.self)
    let blocks = DocumentBlock.all(in: text)
    let workspace = try Workspace()
    for name in ["configs", "datasets"] {
      try FileManager.default.createSymbolicLink(
        atPath: workspace.path(name), withDestinationPath: Checkout.path(name))
    }
    for block in blocks where block.language == "json" {
      if let name = block.fileName {
        try workspace.write(name, block.lines.joined(separator: "\n"))
      }
    }
    let commands = blocks.filter { $0.language == "console" && (Self.typesAll || !$0.takesMinutes) }
      .flatMap(ConsoleCommand.all)
    #expect(!commands.isEmpty)
    let outputs = try type(commands, in: workspace)
    #expect(outputs.count == commands.count)
    for (command, output) in zip(commands, outputs) {
      #expect(
        command.matches(output),
        "\(page): $ \(command.text)\nshown:\n\(command.shown.joined(separator: "\n"))\nprinted:\n\(output.joined(separator: "\n"))"
      )
    }
  }

  /// Types commands in one shell.
  ///
  /// - Returns: the lines that each printed, standard output and standard error together.
  private func type(
    _ commands: [ConsoleCommand], in workspace: Workspace
  ) throws -> [[String]] {
    let end = "--- end of a command ---"
    var script = "exec 2>&1\nunset HPTRAIN_LONG\n"
    for command in commands { script += "\(command.text)\nprintf '\\n%s\\n' '\(end)'\n" }
    let bin = workspace.path(".bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: bin + "/hptrain", withDestinationPath: Program.path)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: workspace.path)
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = bin + ":" + (environment["PATH"] ?? "")
    environment["LC_ALL"] = "C.UTF-8"
    process.environment = environment
    let output = try Program.result(of: process).output
    var outputs: [[String]] = [[]]
    for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == end { outputs.append([]) } else { outputs[outputs.count - 1].append(String(line)) }
    }
    return outputs.dropLast().map(ConsoleCommand.trimmed)
  }
}

/// A block between fences of a page.
private struct DocumentBlock {
  let language: String
  let lines: [String]
  /// The first file that the paragraph before it names.
  let fileName: String?
  let takesMinutes: Bool

  static func all(in text: String) -> [DocumentBlock] {
    var blocks: [DocumentBlock] = []
    var paragraph = ""
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    while let line = lines.popFirst() {
      if line.hasPrefix("```") {
        let end = lines.firstIndex { $0.hasPrefix("```") } ?? lines.endIndex
        let name = paragraph.firstMatch(of: /`([\w.-]+\.json)`/).map { String($0.1) }
        blocks.append(
          DocumentBlock(
            language: String(line.dropFirst(3)), lines: Array(lines[..<end]), fileName: name,
            takesMinutes: paragraph.contains("<!-- takes minutes -->")))
        lines = lines[end...].dropFirst()
        paragraph = ""
      } else if line.isEmpty, !paragraph.isEmpty, lines.first?.hasPrefix("```") != true {
        paragraph = ""
      } else {
        paragraph += line + "\n"
      }
    }
    return blocks
  }
}

/// A command as it is shown, and the lines below it.
private struct ConsoleCommand {
  let text: String
  let shown: [String]

  static func all(in block: DocumentBlock) -> [ConsoleCommand] {
    var commands: [ConsoleCommand] = []
    for line in block.lines {
      if line.hasPrefix("$ ") {
        commands.append(ConsoleCommand(text: String(line.dropFirst(2)), shown: []))
      } else if let last = commands.popLast() {
        // A command goes on behind a backslash.
        commands.append(
          last.text.hasSuffix("\\") && last.shown.isEmpty
            ? ConsoleCommand(text: last.text + "\n" + line, shown: [])
            : ConsoleCommand(text: last.text, shown: last.shown + [line]))
      }
    }
    return commands
  }

  /// Without blanks at the end of lines and empty lines at both ends.
  static func trimmed(_ lines: [String]) -> [String] {
    let lines = lines.map { line in
      String(line.reversed().drop { $0 == " " || $0 == "\r" }.reversed())
    }
    let first = lines.firstIndex { !$0.isEmpty } ?? lines.endIndex
    let last = lines.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? first
    return Array(lines[first..<max(first, last)])
  }

  func matches(_ output: [String]) -> Bool {
    Self.matches(Self.trimmed(shown)[...], output[...])
  }

  private static func matches(_ shown: ArraySlice<String>, _ output: ArraySlice<String>) -> Bool {
    guard let first = shown.first else { return output.isEmpty }
    if first.trimmingCharacters(in: .whitespaces) == "…" {
      return (output.startIndex...output.endIndex).contains {
        matches(shown.dropFirst(), output[$0...])
      }
    }
    guard let line = output.first, equals(first, line) else { return false }
    return matches(shown.dropFirst(), output.dropFirst())
  }

  /// Whether a shown line stands for a printed one.
  private static func equals(_ shown: String, _ printed: String) -> Bool {
    let parts = measured(shown).components(separatedBy: "…")
    var rest = measured(printed)[...]
    for (index, part) in parts.enumerated() {
      if index == 0 {
        guard rest.hasPrefix(part) else { return false }
        rest = rest.dropFirst(part.count)
      } else if index == parts.count - 1 {
        return rest.hasSuffix(part)
      } else {
        guard let range = rest.range(of: part) else { return false }
        rest = rest[range.upperBound...]
      }
    }
    return rest.isEmpty
  }

  /// A line with a mark in place of times, rates and sizes.
  private static func measured(_ line: String) -> String {
    line.replacing(
      /[0-9][0-9.,:]* ?(?:ms|µs|s|MiB|KiB|GiB|MB\/s|examples\/s)(?![A-Za-z])/, with: "#")
  }
}
