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

  /// Programs that read objects read diagnostics as such, too.
  var ofDiagnostics: OutputFormat { self == .json ? .json : .text }
}

/// Standard error, for people: diagnostics and progress.
enum Console {
  static let isTerminal = isatty(2) == 1

  /// Whether what was written can be written over.
  static let canRedraw =
    isTerminal && getenv("TERM").map { strcmp($0, "dumb") != 0 && $0[0] != 0 } ?? false

  static let paint = Paint(isOn: canRedraw && getenv("NO_COLOR") == nil)

  /// The width of the terminal in characters.
  static var width: Int { TerminalSize(of: 2).columns }

  /// That of lines that have to fit it; `nil` where there is no terminal.
  static var lineWidth: Int? { isTerminal ? width : nil }

  /// What stands below all that is written, as long as it does.
  private static let region = Locked(LiveRegion())

  static func draw(_ lines: [String]) { region.withLock { $0.draw(lines) } }

  /// A line that may wait for what stands below it to be drawn.
  static func add(aboveRegion line: String) { region.withLock { $0.add(above: line) } }

  static func clearRegion() { region.withLock { $0.clear() } }

  static func write(_ text: String) {
    region.withLock {
      $0.clear()
      writeRaw(TerminalText.shown(text))
    }
  }

  /// For who knows what is on the terminal, and what the text may make it do.
  static func writeRaw(_ text: String) {
    // Nobody can be told that standard error does not work.
    try? OutputFile.write(Array(text.utf8), to: 2, path: "standard error")
  }

  static func print(_ line: String) { write(line + "\n") }

  /// The beginning of a line that would not fit the terminal.
  static func fitted(_ line: String) -> String {
    guard let width = lineWidth, line.count > width else { return line }
    return line.prefix(max(0, width - 1)) + (TerminalCharset.isUTF8 ? "…" : "~")
  }

  static func show(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { print(diagnostic.text(color: paint.isOn)) }
  }
}

/// How large a terminal is, in characters.
struct TerminalSize {
  /// 80 and 24 where it is not known.
  var columns = 80
  var rows = 24

  /// Of the one behind a file descriptor.
  init(of descriptor: Int32) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return
    }
    (columns, rows) = (Int(size.ws_col), Int(size.ws_row))
  }
}

/// Standard output, for programs: collected and written in large pieces.
struct StandardOutput {
  /// The width of lines that people read there; `nil` where it is no terminal.
  static var lineWidth: Int? { isTerminal ? TerminalSize(of: 1).columns : nil }

  private static let isTerminal = isatty(1) == 1

  private var buffer: [UInt8] = []
  /// Programs get the very bytes, a terminal nothing that it would obey.
  private var filter = isTerminal ? TerminalFilter() : nil

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
    let bytes = filter?.filtered(buffer) ?? buffer
    try OutputFile.write(bytes, to: 1, path: "standard output")
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
