import ArgumentParser
import Configuration
import Training

struct FindLR: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-lr",
    abstract: "Suggests a learning rate for a configuration.",
    discussion: """
      The learning rate range test (Smith 2017): some iterations in which the rate rises by equal \
      factors, until the loss exceeds four times its best. The suggestion is the smaller of the rate at \
      which the loss falls fastest and a tenth of the rate at which it is smallest. It alone goes to \
      standard output; nothing is saved.

        rate=$(hptrain find-lr iris.json)
        hptrain train iris.json --set training.optimizer.learning_rate=$rate
      """)

  @Argument(
    help: ArgumentHelp(
      "A configuration file, - for standard input, or the folder of a run.", valueName: "config"),
    completion: .file(extensions: ["json"]))
  var config: String

  @OptionGroup var overrides: OverrideOptions

  @Option(parsing: .unconditional, help: "The first and smallest rate.")
  var from = 1e-7

  @Option(parsing: .unconditional, help: "The last and largest rate.")
  var to = 10.0

  @Option(
    parsing: .unconditional,
    help: "Iterations from the first to the last rate. (default: three epochs, 100 to 200)")
  var iterations: Int?

  @OptionGroup var threads: ThreadOptions

  @Option(
    help: "How to report: text, or json with the curve and all suggestions on standard output.")
  var format = OutputFormat.text

  @Flag(help: "Draw the curve in ASCII, as is done where the locale is not UTF-8.")
  var ascii = false

  func validate() throws {
    guard from > 0, from < to, from.fitsSinglePrecision, to.fitsSinglePrecision else {
      throw ValidationError("--from must be above 0, and --to above it")
    }
    let fewest = LearningRateSearch.fewestIterations
    if let iterations, !(fewest...1_000_000).contains(iterations) {
      throw ValidationError("--iterations must be between \(fewest) and 1000000")
    }
  }

  func run() throws {
    CoreSelection.apply()
    Interruption.install()
    try reporting(format) {
      let source = ConfigurationSource(path: config)
      try source.requireConfiguration()
      let (plan, diagnostics) = RunPlan.check(
        path: source.configPath, overrides: overrides.overrides)
      guard let plan else { throw Failure(diagnostics) }
      let search = LearningRateSearch(
        plan, from: from, to: to,
        iterations: iterations ?? LearningRateSearch.iterations(for: plan))
      guard let curve = try test(search) else { throw ExitCode(Interruption.exitCode) }
      try write(LearningRateReport(plan: plan, curve: curve))
      guard curve.suggestion != nil else {
        try show([Self.failure(curve)], format)
        throw ExitCode(1)
      }
    }
  }

  /// - Returns: `nil` if someone interrupted it.
  private func test(_ search: LearningRateSearch) throws -> LearningRateCurve? {
    let showsProgress = format == .text && Console.canRedraw
    var observer = LearningRateSearch.Observer()
    observer.shouldStop = { Interruption.isWanted }
    if showsProgress {
      observer.progress = { Console.draw(["\(Int($0 * 100)) %"]) }
    }
    defer { Console.clearRegion() }
    return try search.run(pool: threads.makePool(), observer)
  }

  private func write(_ report: LearningRateReport) throws {
    if format == .json { return try StandardOutput.print(report.json.compactText) }
    let isASCII = ascii || !TerminalCharset.isUTF8
    for line in report.lines(width: min(Console.width, 80), isASCII: isASCII) {
      Console.print(line)
    }
    if report.curve.endsWhileFalling { Console.show([Self.fallingWarning]) }
    if let suggestion = report.suggestion { try StandardOutput.print(suggestion.text) }
  }

  private static let fallingWarning = Diagnostic(
    .warning, .usage, code: "still-falling",
    "the loss was still falling at the largest rate, so that a larger one may be better",
    help: "make --to larger")

  private static func failure(_ curve: LearningRateCurve) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "no-suggestion", "the loss did not fall at any rate",
      help: curve.end == .completed
        ? "give more --iterations, or another range by --from and --to"
        : "it rose from the start: make --from smaller, or scale the data")
  }
}
