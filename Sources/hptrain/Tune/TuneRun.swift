import ArgumentParser
import Configuration
import Glibc
import Numerics
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

  @Option(
    help: ArgumentHelp(
      "How many trials the study shall have. (default: tuning.trials)", valueName: "number"))
  var trials: Int?

  @Option(
    help: ArgumentHelp(
      "How many trials run at once. (default: one for each processor, up to tuning.parallel_trials)",
      valueName: "number"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Begin no trial after so long, and end those that run: 90, 90s, 10m, 2h.",
      valueName: "time"))
  var timeout: TimeAmount?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Go through a grid of more than a thousand points.")
  var yes = false

  @Option(help: "How to report: text, or json with one event a line on standard output.")
  var format = OutputFormat.text

  @Flag(name: .shortAndLong, help: "Show errors only.")
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
    try reporting(format) {
      let start = ContinuousClock.now
      let (plan, diagnostics) = TuningPlan.check(path: config, overrides: overrides.overrides)
      guard let plan else { throw Failure(diagnostics) }
      let count = min(trials ?? plan.trialCount, plan.mostTrials ?? .max)
      if let size = plan.gridSize, trials == nil, plan.config.trials == nil,
        size > Self.largestGrid, !yes
      {
        throw Failure(
          Diagnostic(
            .error, .configuration, code: "grid",
            "the grid has \(Spelling.grouped(size)) points",
            help: "go through all of them with --yes, through some with --trials, or use \"tpe\""))
      }
      Interruption.install()
      signal(SIGPIPE, SIG_IGN)
      let path = study ?? "studies/\(plan.name).db"
      let opened = try Study.open(path, plan: plan)
      let processors = threads.threads ?? ThreadPool.availableProcessors
      let most = min(plan.mostJobs ?? .max, max(1, count))
      if let wanted = jobs, let limit = plan.mostJobs, wanted > limit, !quiet {
        let key =
          plan.generations == nil ? "parallel_trials" : "algorithm.population_size"
        try show(
          [
            Diagnostic(
              .warning, .usage, code: "jobs",
              "\(Spelling.count(limit, "trial")) at most run at once, not \(wanted)",
              help: "a study with more is another one: --set tuning.\(key)=\(wanted)")
          ], format)
      }
      let jobs = min(jobs ?? processors, most)
      let tuner = try Tuner(
        plan, study: opened.study, jobs: jobs, threads: max(1, processors / jobs),
        version: Hptrain.version)
      let reporter = TuningReporter(
        plan, study: path, trialCount: count, jobs: jobs, format: format, isQuiet: quiet)
      if !quiet { try show(diagnostics, format) }
      try reporter.start(tuner.records, isNew: opened.isNew)
      var observer = Tuner.Observer()
      let timeout = timeout
      observer.shouldStop = {
        Interruption.isWanted
          || timeout.map { (ContinuousClock.now - start) / .seconds(1) >= $0.seconds } == true
      }
      observer.begin = { reporter.begin($0) }
      let folder = plan.run.config.output.tensorboard ? TrialFolder(ofStudy: path) : nil
      observer.end = {
        reporter.end($0)
        folder?.write($0, plan)
      }
      observer.tick = { reporter.tick() }
      let isComplete = try tuner.run(trialCount: count, observer)
      try reporter.finish(tuner.records, isComplete: isComplete)
      if let failure = folder?.failure { throw failure }
      opened.study.file.close()
      if Interruption.isWanted { throw ExitCode(Interruption.exitCode) }
      if !tuner.records.contains(where: { $0.state == .complete }) { throw ExitCode(1) }
    }
  }
}
