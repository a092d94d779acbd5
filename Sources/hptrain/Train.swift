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
      written to standard output.

      From time to time the run writes a checkpoint. SIGINT and SIGTERM end it with one; from the newest it \
      goes on bit for bit:

        hptrain train --resume runs/iris
        hptrain train --resume runs/iris --set training.epochs=200

      --folds trains a model for each of several folds of the training data, validates it by that fold, and \
      gives the mean and the deviation of the figures (cross-validation.json) and the predictions of \
      all models for what they were not trained on (predictions.csv). The path of the folder is then \
      written to standard output.
      """)

  @Argument(
    help: ArgumentHelp("A configuration file, or - for standard input.", valueName: "config"),
    completion: .file(extensions: ["json"]))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Go on with a run that was stopped, in its folder; --set may give it more epochs, a larger patience or other checkpoints.",
      valueName: "run"),
    completion: .directory)
  var resume: String?

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

  @Flag(help: "Draw the losses of the epochs: on a terminal as they come, else in the end.")
  var plot = false

  @Flag(name: .shortAndLong, help: "Show errors only.")
  var quiet = false

  func validate() throws {
    for (option, isGiven) in [
      ("--quiet", quiet), ("--format json", format == .json), ("--folds", folds != nil),
    ] where plot && isGiven {
      throw ValidationError(
        "--plot draws the losses of one run for people, and contradicts \(option)")
    }
    if let folds, folds < 2 { throw ValidationError("--folds must be at least 2") }
    guard let resume else {
      if config == nil { throw ValidationError("name a configuration, or a run with --resume") }
      return
    }
    if config != nil {
      throw ValidationError(
        "--resume takes the configuration from the run '\(resume)'; change settings with --set")
    }
    if output != nil { throw ValidationError("--resume goes on in the folder of the run") }
    if folds != nil { throw ValidationError("--folds begins a run of its own, without --resume") }
  }

  func run() throws {
    CoreSelection.apply()
    try reporting(format) {
      if let folds {
        return try CrossValidate(
          config: config ?? "-", overrides: overrides.overrides, folds: folds, output: output,
          format: format, isQuiet: quiet
        ).run(threads.makePool())
      }
      let status = try resume.map(goOn) ?? begin(config ?? "-")
      switch status {
      case .done: break
      case .diverged: throw ExitCode(1)
      case .interrupted: throw ExitCode(Interruption.exitCode)
      case .writeFailed: throw ExitCode(74)
      }
    }
  }

  private func begin(_ config: String) throws -> ExitStatus {
    let (plan, diagnostics) = RunPlan.check(path: config, overrides: overrides.overrides)
    guard let plan else { throw Failure(diagnostics) }
    ignoreSignalsOfWriting()
    let directory =
      try output.map { try RunDirectory(path: $0) } ?? RunDirectory(in: "runs", name: plan.name)
    try directory.write(plan)
    let reporter = TrainingReporter(plan, format: format, isQuiet: quiet, plots: plot)
    let session = try TrainingSession(
      plan, directory: directory, checkpoint: nil, pool: threads.makePool(), reporter: reporter)
    return try session.run {
      if !quiet { try show(diagnostics, format) }
      try reporter.start(Events.start(plan))
    }
  }

  private func goOn(_ path: String) throws -> ExitStatus {
    let run = try StoppedRun(
      path: path, overrides: overrides.overrides, version: Hptrain.version)
    ignoreSignalsOfWriting()
    let reporter = TrainingReporter(run.plan, format: format, isQuiet: quiet, plots: plot)
    let session = try TrainingSession(
      run.plan, directory: run.directory, checkpoint: run.checkpoint, pool: threads.makePool(),
      reporter: reporter)
    let findings = try run.rewind()
    if let event = run.event { try run.directory.append(event) }
    return try session.run {
      if !quiet { try show(run.warnings + findings, format) }
      try reporter.resume(Events.resume(run), run)
    }
  }

  /// Whoever reads the events may go away, and files may reach the size that they may have: both are told as errors where they
  /// are written.
  private func ignoreSignalsOfWriting() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}
