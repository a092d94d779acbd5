import Configuration

/// What a command with one result finds beside it: people are told at once, and programs find it in the object of the
/// result.
final class Findings {
  private let format: OutputFormat
  private var kept: [Diagnostic] = []

  private init(_ format: OutputFormat) { self.format = format }

  /// Runs a command. Where it has no result that what was found could be put into, that is told by itself.
  static func gather(_ format: OutputFormat, _ body: (Findings) throws -> Void) throws {
    try reporting(format) {
      let findings = Findings(format)
      do {
        try body(findings)
      } catch {
        try show(findings.kept, format)
        throw error
      }
    }
  }

  func tell(_ diagnostics: [Diagnostic]) {
    switch format {
    case .text: Console.show(diagnostics)
    case .json: kept += diagnostics
    }
  }

  /// Writes the result, and tells people below it what is wrong with it.
  func write(_ result: some FoundResult, problems: [Diagnostic]) throws {
    switch format {
    case .text:
      try StandardOutput.print(result.text)
      Console.show(problems)
    case .json:
      let told = kept + problems
      kept = []
      try StandardOutput.print(result.json(told).compactText)
    }
  }
}

/// A result for people, or with what was found for programs.
protocol FoundResult {
  var text: String { get }

  func json(_ diagnostics: [Diagnostic]) -> JSONValue
}
