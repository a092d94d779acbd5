import ArgumentParser
import Configuration
import Glibc
import Training

/// How results are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
}

/// How a table is written.
enum TableFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
  case csv
}

/// Standard error, for people: diagnostics and progress.
enum Console {
  static let isTerminal = isatty(2) == 1

  static let paint = Paint(
    isOn: isTerminal && getenv("NO_COLOR") == nil
      && getenv("TERM").map { strcmp($0, "dumb") != 0 } ?? false)

  /// The width of the terminal in characters.
  static var width: Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  static func write(_ text: String) {
    // Nobody can be told that standard error does not work.
    try? OutputFile.write(Array(text.utf8), to: 2, path: "standard error")
  }

  static func print(_ line: String) { write(line + "\n") }

  static func show(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { print(diagnostic.text(color: paint.isOn)) }
  }
}

/// Standard output, for programs: collected and written in large pieces.
struct StandardOutput {
  private var buffer: [UInt8] = []

  mutating func write(_ text: String) throws {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 1 << 16 { try flush() }
  }

  mutating func write(_ bytes: [UInt8]) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 16 { try flush() }
  }

  mutating func print(_ line: String) throws { try write(line + "\n") }

  mutating func flush() throws {
    guard !buffer.isEmpty else { return }
    defer { buffer.removeAll(keepingCapacity: true) }
    try OutputFile.write(buffer, to: 1, path: "standard output")
  }

  /// Writes at once.
  static func print(_ line: String) throws {
    var output = StandardOutput()
    try output.print(line)
    try output.flush()
  }
}

extension [Diagnostic] {
  /// The exit code of a process that stops for these (sysexits.h).
  var exitCode: ExitCode {
    let errors = filter { $0.severity == .error }
    let category =
      errors.contains { $0.category == .configuration } ? .configuration : errors.first?.category
    switch category {
    case .configuration: return ExitCode(78)
    case .data: return ExitCode(65)
    case .unreadable: return ExitCode(66)
    case .cannotCreate: return ExitCode(73)
    case .writeFailed: return ExitCode(74)
    case .usage: return ExitCode(64)
    case nil: return .success
    }
  }
}

/// Runs a command; what it throws is shown and becomes the exit code.
func reporting(_ format: OutputFormat = .text, _ body: () throws -> Void) throws {
  do {
    try body()
  } catch let failure as Failure {
    do {
      try show(failure.diagnostics, format)
    } catch {
      // Nobody reads standard output; what it was about matters more.
      Console.show(failure.diagnostics)
    }
    throw failure.diagnostics.exitCode
  }
}

/// Shows diagnostics to people on standard error, to programs on standard output.
func show(_ diagnostics: [Diagnostic], _ format: OutputFormat) throws {
  switch format {
  case .text: Console.show(diagnostics)
  case .json:
    for diagnostic in diagnostics { try StandardOutput.print(diagnostic.json.compactText) }
  }
}
