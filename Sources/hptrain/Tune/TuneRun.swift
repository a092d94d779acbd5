import ArgumentParser
import Configuration
import Glibc
import Numerics
import Ranks
import Training
import Tuning

struct TuneRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Tries settings and writes them to the study.",
    discussion: """
      The path of the study is written to standard output; the same command goes on with it. Each trial \
      computes on a share of the processors, and the study does not depend on how many there are, nor \
      on the number of jobs.

      Built with MPI, several processes run the trials of one study: mpirun -n 4 hptrain tune config.json
      """)

  @Argument(
    help: ArgumentHelp("A configuration file with a tuning section.", valueName: "config"),
    completion: .file(extensions: ["json"]))
  var config: String

  @OptionGroup var overrides: OverrideOptions

  @Option(
    name: .shortAndLong, help: "The file of the study. (default: studies/<name>.db)",
    completion: .file(extensions: ["db"]))
  var study: String?

  @Option(help: "The study, where the file has several.")
  var name: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many trials the study shall have. (default: tuning.trials)", valueName: "number"))
  var trials: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many trials run at once, on all ranks. (default: one for each processor, up to tuning.parallel_trials)",
      valueName: "number"))
  var jobs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Begin no trial after so long, and end those that run: 90, 90s, 10m, 2h.",
      valueName: "time"))
  var timeout: TimeAmount?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Go through a grid of more than a thousand points.")
  var yes = false

  @Option(help: "How to report: text, or json with one event a line on standard output.")
  var format = OutputFormat.text

  @Flag(
    name: .shortAndLong, help: "Show errors only; with --format json all events, without warnings.")
  var quiet = false

  func validate() throws {
    if let trials, !(1...1_000_000).contains(trials) {
      throw ValidationError("--trials must be between 1 and 1000000")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs must be between 1 and 1024")
    }
  }

  private static let largestGrid = 1000

  func run() throws {
    CoreSelection.apply()
    let ranks = Job.join()
    try reporting(format) {
      let start = ContinuousClock.now
      let (plan, diagnostics) = try ranks.together {
        try ranks.checkInput(config)
        return try check()
      }
      try ranks.compare(plan)
      Interruption.install()
      signal(SIGPIPE, SIG_IGN)
      let count = plan.trialCount
      let path = study.map(PathArithmetic.withoutSlash) ?? "studies/\(plan.name).db"
      let processors = threads.count(ranks)
      let shares = JobShares(
        jobs, most: min(plan.mostJobs ?? .max, max(1, count)), processors: processors, ranks)
      try ranks.together {
        try AddressSpace.require(
          threads: max(processors, shares.jobs[ranks.rank] * shares.threads))
      }
      let states = MemberStates(of: plan, study: path, version: Hptrain.version)
      let own = LocalTrials(
        plan, states: states, jobs: shares.jobs[ranks.rank], threads: shares.threads)
      guard ranks.rank == 0 else {
        _ = try ranks.together {}
        return TrialServer.run(own, ranks) { Interruption.isWanted }
      }
      let opened = try ranks.together { try Study.open(path, plan: plan, name: name) }
      let workers = RankedTrials(own: own, jobs: shares.jobs, ranks: ranks)
      defer { workers.dismiss() }
      let tuner = try Tuner(plan, study: opened.study, states: states, workers: workers)
      let reporter = TuningReporter(
        plan, study: path, trialCount: count, jobs: shares.total, format: format, isQuiet: quiet)
      if !quiet { try show(warnings(plan) + diagnostics, format) }
      try reporter.start(tuner.records, isNew: opened.isNew)
      var observer = Tuner.Observer()
      let hasTimedOut: @Sendable () -> Bool = { [timeout] in
        timeout.map { (ContinuousClock.now - start) / .seconds(1) >= $0.seconds } == true
      }
      observer.shouldStop = { Interruption.isWanted || hasTimedOut() }
      observer.begin = { reporter.begin($0) }
      let folder = plan.run.config.output.tensorboard ? TrialFolder(ofStudy: path) : nil
      observer.end = {
        reporter.end($0)
        folder?.write($0, plan)
      }
      observer.tick = { reporter.tick() }
      let isComplete = try tuner.run(trialCount: count, observer)
      // Another rank may have got the signal.
      let isInterrupted = Interruption.isWanted || !isComplete && !hasTimedOut()
      try reporter.finish(
        tuner.records, isComplete ? .completed : isInterrupted ? .interrupted : .timedOut)
      if let failure = folder?.failure { throw failure }
      opened.study.file.close()
      if isInterrupted { throw ExitCode(Interruption.exitCode) }
      if !tuner.records.contains(where: { $0.state == .complete }) {
        // Programs have the message of each trial.
        if format == .text { Console.show([Self.failure(of: tuner.records)]) }
        throw ExitCode(1)
      }
    }
  }

  /// What is said of a study of which nothing came.
  private static func failure(of records: [TrialRecord]) -> Diagnostic {
    let ended = records.filter(\.hasEnded)
    let failed = ended.filter { $0.state == .failed }
    var message =
      ended.isEmpty
      ? "no trial has ended" : "none of \(Spelling.count(ended.count, "trial")) is complete"
    if let first = failed.first, failed.count == ended.count {
      message =
        failed.count == 1
        ? "the only trial failed" : "all \(Spelling.count(failed.count, "trial")) failed"
      if let reason = first.diagnostic {
        message += (failed.count == 1 ? ": " : "; the first: ") + reason
      }
    }
    return Diagnostic(.error, .data, code: "no-complete-trial", message)
  }

  /// - Throws: `Failure` if there is no such search, or a grid is larger than anybody may have meant.
  private func check() throws -> (plan: TuningPlan, diagnostics: [Diagnostic]) {
    let (plan, diagnostics) = TuningPlan.check(
      path: config, overrides: overrides.overrides, trials: trials)
    guard let plan else { throw Failure(diagnostics) }
    if let size = plan.gridSize, trials == nil, plan.config.trials == nil, size > Self.largestGrid,
      !yes
    {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "grid",
          "the grid has \(Spelling.grouped(size)) points",
          help: "go through all of them with --yes, through some with --trials, or use \"tpe\""))
    }
    return (plan, diagnostics)
  }

  /// What is said of a number of jobs that cannot be.
  private func warnings(_ plan: TuningPlan) -> [Diagnostic] {
    guard let wanted = jobs, let limit = plan.mostJobs, wanted > limit else { return [] }
    let key = plan.generations == nil ? "parallel_trials" : "algorithm.population_size"
    return [
      Diagnostic(
        .warning, .usage, code: "jobs",
        "\(Spelling.count(limit, "trial")) at most run at once, not \(wanted)",
        help: "a study with more is another one: --set tuning.\(key)=\(wanted)")
    ]
  }
}
