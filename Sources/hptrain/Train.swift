import ArgumentParser
import Configuration
import Datasets
import Glibc
import Numerics
import Training

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains the network of a configuration.",
    discussion: """
      The run gets a new folder with the resolved configuration (config.json), the figures of each \
      epoch (metrics.jsonl), the best model (model.safetensors) and, for classes with a test or \
      validation part, the figures of each class and the confusion matrix (report.json). The path of the model is \
      written to standard output. SIGINT ends training and keeps the best model so far.

      --folds trains a model for each of several folds of the training data, validates it by that fold, and \
      gives the mean and the deviation of the figures (cross-validation.json) and the predictions of \
      all models for what they were not trained on (predictions.csv). The path of the folder is then \
      written to standard output.
      """)

  @Argument(
    help: ArgumentHelp("A configuration file, or - for standard input.", valueName: "config"),
    completion: .file(extensions: ["json"]))
  var config: String

  @OptionGroup var overrides: OverrideOptions

  @Option(
    name: .shortAndLong,
    help: "The folder of the run; it must not exist. (default: runs/<name>, numbered)",
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Cross-validate: train so many times, each time with another fold of the training data for validation.",
      valueName: "number"))
  var folds: Int?

  @OptionGroup var threads: ThreadOptions

  @Option(help: "How to report: text, or json with one event a line on standard output.")
  var format = OutputFormat.text

  @Flag(name: .shortAndLong, help: "Show errors only.")
  var quiet = false

  func validate() throws {
    if let folds, folds < 2 { throw ValidationError("--folds must be at least 2") }
  }

  func run() throws {
    CoreSelection.apply()
    try reporting(format) {
      if let folds {
        return try CrossValidate(
          config: config, overrides: overrides.overrides, folds: folds, output: output,
          format: format, isQuiet: quiet
        ).run(threads.makePool())
      }
      let (plan, diagnostics) = RunPlan.check(path: config, overrides: overrides.overrides)
      guard let plan else { throw Failure(diagnostics) }
      if !quiet { try show(diagnostics, format) }
      try train(plan)
    }
  }

  private func train(_ plan: RunPlan) throws {
    Interruption.install()
    // Whoever reads the events may go away; the model is saved all the same.
    signal(SIGPIPE, SIG_IGN)
    let pool = threads.makePool()
    let loop = try TrainingLoop(plan, sets: try plan.data.makeSets(), pool: pool)
    let directory =
      try output.map { try RunDirectory(path: $0) }
      ?? RunDirectory(in: "runs", name: plan.name)
    try OutputFile.replace(
      directory.configPath, with: Array(try plan.config(for: directory, from: config).utf8))
    let reporter = TrainingReporter(plan, format: format, isQuiet: quiet)
    try reporter.start(Events.start(plan), directory: directory)
    let save = { (summary: JSONValue) in
      try TrainedModel.withPieces(
        plan: plan, memory: loop.memory, summary: summary, version: Hptrain.version
      ) { try OutputFile.replace(directory.modelPath, with: $0) }
    }

    var failure: Failure?
    var lastSave = ContinuousClock.now
    var observer = TrainingLoop.Observer()
    observer.shouldStop = { Interruption.isWanted || failure != nil }
    observer.iteration = { reporter.iteration($0, loss: $1) }
    observer.epoch = { epoch in
      do throws(Failure) {
        let event = Events.epoch(epoch)
        try Self.collect {
          try directory.append(event)
          try reporter.epoch(epoch, event)
          // A process that is killed leaves the best model of a few seconds ago.
          guard epoch.isBest, ContinuousClock.now - lastSave > .seconds(5) else { return }
          lastSave = .now
          try save(event)
        }
      } catch {
        failure = error
      }
    }
    let outcome = try loop.run(observer)

    if outcome.hasModel { try save(Events.summary(outcome)) }
    if let failure { throw failure }
    if let report = outcome.report {
      try OutputFile.replace(directory.reportPath, with: Array(report.json.prettyText.utf8))
    }
    let event = Events.end(outcome, run: directory.path, peakMemoryBytes: ProcessMemory.peakBytes)
    try directory.append(event)
    try reporter.end(outcome, event, directory: directory)
    switch outcome.reason {
    case .completed, .earlyStopping: break
    case .diverged: throw ExitCode(1)
    case .interrupted: throw ExitCode(Interruption.exitCode)
    }
  }

  /// Runs what can fail by findings only.
  private static func collect(_ body: () throws -> Void) throws(Failure) {
    do {
      try body()
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(Diagnostic(.error, .writeFailed, code: "unexpected", "\(error)"))
    }
  }
}
