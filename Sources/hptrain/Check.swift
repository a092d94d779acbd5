import ArgumentParser
import Configuration
import Datasets
import Training

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Proves that configurations make sense and shows what they make.",
    discussion: """
      All mistakes are reported in one pass, each with its line and column. A valid file gives the \
      table of layers with shapes and parameters, the examples, the iterations and the memory; of a file with \
      a search, every corner of its space is built, too. \
      --measure makes some iterations and says what the run will take:

        hptrain check iris.json --measure --max-time 10m --max-memory 2GiB
      """)

  @Argument(
    help: ArgumentHelp("Configuration files, or - for standard input.", valueName: "config"),
    completion: .file(extensions: ["json"]))
  var configs: [String]

  @OptionGroup var overrides: OverrideOptions

  @Flag(
    help: "Time some iterations: per iteration, expected in all, peak memory, size on disk.")
  var measure = false

  @OptionGroup var limits: LimitOptions

  @OptionGroup var threads: ThreadOptions

  @Option(help: "How to write: text, or json with one object a line.")
  var format = OutputFormat.text

  func validate() throws {
    if configs.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("standard input can be read once only")
    }
  }

  func run() throws {
    if measures { CoreSelection.apply() }
    var worst = ExitCode.success
    // Where editors find the schema beside the files, 'configs/*.json' names it, too.
    let schemas = Set(configs.count > 1 ? configs.filter(Self.isSchema) : [])
    let files = configs.filter { !schemas.contains($0) }
    if !files.isEmpty { try noteSchemas(schemas) }
    for (index, path) in (files.isEmpty ? configs : files).enumerated() {
      if index > 0, format == .text { try StandardOutput.print("") }
      let code = try check(path)
      if worst == .success { worst = code }
    }
    if worst != .success { throw worst }
  }

  /// Whether a file is a JSON Schema, by its first lines.
  private static func isSchema(_ path: String) -> Bool {
    guard path.hasSuffix(".json"), let contents = try? FileBytes(path: path) else { return false }
    let start = contents.withBytes { String(decoding: $0.prefix(4096), as: UTF8.self) }
    return start.contains(/"\$schema"\s*:\s*"https?:\/\/json-schema\.org\//)
  }

  private func noteSchemas(_ paths: Set<String>) throws {
    try show(
      paths.sorted().map {
        Diagnostic(
          .note, .configuration, code: "schema",
          "\($0) is a JSON Schema and no configuration, and is left out")
      }, format)
  }

  private var measures: Bool { measure || limits.maxTime != nil }

  private func check(_ path: String) throws -> ExitCode {
    var (plan, search, diagnostics) = TuningPlan.checkAll(
      path: path, overrides: overrides.overrides)
    var measurement: RunMeasurement?
    if let sound = plan {
      do {
        measurement = measures ? try RunMeasurement(sound, pool: threads.makePool()) : nil
        diagnostics += limits.findings(sound, measurement, of: path)
      } catch let failure as Failure {
        diagnostics += failure.diagnostics
      }
      if diagnostics.contains(where: { $0.severity == .error }) { plan = nil }
    }
    try show(diagnostics, format)
    let errors = diagnostics.count { $0.severity == .error }
    switch format {
    case .json:
      let result =
        plan.map { PlanReport(plan: $0, search: search, measurement: measurement).json(file: path) }
        ?? .object([
          "event": .string("check"), "file": .string(path), "valid": .boolean(false),
          "errors": .integer(errors),
        ])
      try StandardOutput.print(result.compactText)
    case .text:
      if let plan {
        try StandardOutput.print(
          "\(path): valid\n\n"
            + PlanReport(plan: plan, search: search, measurement: measurement).text)
      } else {
        Console.print("\(path): \(Spelling.count(errors, "error"))")
      }
    }
    return diagnostics.exitCode
  }
}
