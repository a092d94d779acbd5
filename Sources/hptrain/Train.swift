import ArgumentParser
import Configuration
import Datasets
import Glibc
import Numerics
import Ranks
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

      Built with MPI, several processes on one machine or more train together, each on its part of every batch:

        mpirun -n 4 hptrain train iris.json
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
    parsing: .unconditional,
    help: ArgumentHelp(
      "Cross-validate: train so many times, each time with another fold of the training data for validation.",
      valueName: "number"))
  var folds: Int?

  @OptionGroup var threads: ThreadOptions

  @Option(help: "How to report: text, or json with one event a line on standard output.")
  var format = OutputFormat.text

  @Flag(help: "Draw the losses of the epochs: on a terminal as they come, else in the end.")
  var plot = false

  @Flag(
    name: .shortAndLong, help: "Show errors only; with --format json all events, without warnings.")
  var quiet = false

  func validate() throws {
    for (option, isGiven) in [
      ("--quiet", quiet), ("--format json", format == .json), ("--folds", folds != nil),
    ] where plot && isGiven {
      throw ValidationError(
        "--plot draws the losses of one run for people, and contradicts \(option)")
    }
    if output == "-" {
      throw ValidationError(
        "a run is a folder and does not go to standard output; write './-' for a folder of that name"
      )
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
    let ranks = Job.join()
    try reporting(format) {
      if let folds {
        try ranks.together { try checkFolds(ranks) }
        return try CrossValidate(
          config: config ?? "-", overrides: overrides.overrides, folds: folds, output: output,
          format: format, isQuiet: quiet
        ).run(try threads.makePool())
      }
      let run = resume.map(ModelPath.run)
      let status = try run.map { try goOn($0, ranks) } ?? begin(config ?? "-", ranks)
      switch status {
      case .done: break
      case .diverged: throw ExitCode(1)
      case .interrupted: throw ExitCode(Interruption.exitCode)
      case .writeFailed: throw ExitCode(74)
      }
    }
  }

  private func begin(_ config: String, _ ranks: any Communicator) throws -> ExitStatus {
    let (plan, diagnostics) = try ranks.together {
      try ranks.checkInput(config)
      let (plan, diagnostics) = RunPlan.check(path: config, overrides: overrides.overrides)
      guard let plan else { throw Failure(diagnostics) }
      try checkObstacles(plan, ranks)
      return (plan, diagnostics)
    }
    try ranks.compare(plan, nil)
    prepareForSignals()
    let pool = try threads.makePool(ranks)
    guard ranks.rank == 0 else { return try follow(plan, nil, pool, ranks) }
    let reporter = TrainingReporter(plan, format: format, isQuiet: quiet, plots: plot)
    let session = try ranks.together {
      let directory =
        try output.map { try RunDirectory(path: $0) } ?? RunDirectory(in: "runs", name: plan.name)
      try directory.write(plan)
      do {
        return try TrainingSession(
          plan, directory: directory, checkpoint: nil, pool: pool, reporter: reporter, ranks: ranks)
      } catch {
        directory.discard()
        throw error
      }
    }
    return try session.run {
      if !quiet { try show(diagnostics + plan.warningsOfPipes, format) }
      try reporter.start(Events.start(plan))
    }
  }

  private func goOn(_ path: String, _ ranks: any Communicator) throws -> ExitStatus {
    let run = try ranks.together {
      guard ranks.rank == 0 else { return StoppedRun?.none }
      let run = try StoppedRun(
        path: path, overrides: overrides.overrides, version: Hptrain.version)
      try checkObstacles(run.plan, ranks)
      return run
    }
    let beginning = run?.ended == nil ? Self.fromTheStart : Self.nothingIsLeft
    var iterations = [run?.checkpoint.map { Double($0.iterations) } ?? beginning]
    ranks.broadcast(&iterations)
    if iterations[0] == Self.nothingIsLeft {
      try ranks.together { try tellOfEnd(run) }
      return .done
    }
    let (plan, checkpoint) = try ranks.together {
      if let run { return (run.plan, run.checkpoint) }
      return try StoppedRun.following(
        path: path, overrides: overrides.overrides, version: Hptrain.version,
        iterations: iterations[0] < 0 ? nil : Int(iterations[0]))
    }
    try ranks.compare(plan, checkpoint)
    prepareForSignals()
    let pool = try threads.makePool(ranks)
    guard let run else { return try follow(plan, checkpoint, pool, ranks) }
    let reporter = TrainingReporter(plan, format: format, isQuiet: quiet, plots: plot)
    let (session, findings) = try ranks.together {
      let session = try TrainingSession(
        plan, directory: run.directory, checkpoint: checkpoint, isChanged: !run.changes.isEmpty,
        keepsModel: run.changes.allSatisfy(EndedRun.isIdle), pool: pool, reporter: reporter,
        ranks: ranks)
      let findings = try run.rewind()
      if let event = run.event { try run.directory.append(event) }
      return (session, findings)
    }
    return try session.run {
      if !quiet { try show(run.warnings + findings, format) }
      try reporter.resume(Events.resume(run), run)
    }
  }

  /// What the ranks are told in place of the iteration that they go on from.
  private static let fromTheStart = -1.0
  private static let nothingIsLeft = -2.0

  /// Leaves a run as it is that was trained to its end and has no checkpoint.
  private func tellOfEnd(_ run: StoppedRun?) throws {
    guard let run, let ended = run.ended else { return }
    if !quiet { try show(run.warnings, format) }
    try TrainingReporter(run.plan, format: format, isQuiet: quiet)
      .nothingLeft(Events.resume(run), ended, in: run.directory)
  }

  // MARK: - Ranks

  /// The work of a rank that computes only: another one writes and tells.
  private func follow(
    _ plan: RunPlan, _ checkpoint: Checkpoint?, _ pool: ThreadPool, _ ranks: any Communicator
  ) throws -> ExitStatus {
    let loop = try ranks.together {
      let loop = try TrainingLoop(
        plan, sets: try plan.data.makeSets(), pool: pool, ranks: ranks)
      if let checkpoint { try loop.restore(checkpoint) }
      return loop
    }
    Interruption.install()
    var observer = TrainingLoop.Observer()
    observer.shouldStop = { Interruption.isWanted }
    let outcome = try ranks.orEndingJob(format) { try loop.run(observer) }
    return try ranks.together { ExitStatus(outcome.reason) }
  }

  private func checkFolds(_ ranks: any Communicator) throws {
    guard ranks.size > 1 else { return }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "ranks",
        "--folds trains one model after the other in one process, not on \(ranks.size) ranks",
        help: "start it without mpirun"))
  }

  private func checkObstacles(_ plan: RunPlan, _ ranks: any Communicator) throws {
    let obstacles = plan.obstacles(ranks: ranks.size)
    if !obstacles.isEmpty { throw Failure(obstacles) }
  }

  /// Until training begins a signal ends the process. Whoever reads the events may go away, which is told as an error
  /// where they are written.
  private func prepareForSignals() {
    Interruption.hear()
    signal(SIGPIPE, SIG_IGN)
  }
}
