import ArgumentParser
import Configuration
import Training

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Proves that configurations make sense and shows what they make.",
    discussion: """
      All mistakes are reported in one pass, each with its line and column. A valid file gives the \
      table of layers with shapes and parameters, the examples, the iterations and the memory.
      """)

  @Argument(
    help: ArgumentHelp("Configuration files, or - for standard input.", valueName: "config"),
    completion: .file(extensions: ["json"]))
  var configs: [String]

  @OptionGroup var overrides: OverrideOptions

  @Option(help: "How to write: text, or json with one object a line.")
  var format = OutputFormat.text

  func run() throws {
    var worst = ExitCode.success
    for (index, path) in configs.enumerated() {
      if index > 0, format == .text { try StandardOutput.print("") }
      let code = try check(path)
      if worst == .success { worst = code }
    }
    if worst != .success { throw worst }
  }

  private func check(_ path: String) throws -> ExitCode {
    let (plan, diagnostics) = RunPlan.check(path: path, overrides: overrides.overrides)
    try show(diagnostics, format)
    let errors = diagnostics.count { $0.severity == .error }
    switch format {
    case .json:
      let result =
        plan.map { PlanReport(plan: $0).json(file: path) }
        ?? .object([
          "event": .string("check"), "file": .string(path), "valid": .boolean(false),
          "errors": .integer(errors),
        ])
      try StandardOutput.print(result.compactText)
    case .text:
      if let plan {
        try StandardOutput.print("\(path): valid\n\n" + PlanReport(plan: plan).text)
      } else {
        Console.print("\(path): \(Spelling.count(errors, "error"))")
      }
    }
    return diagnostics.exitCode
  }
}
