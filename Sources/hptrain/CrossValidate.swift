import ArgumentParser
import Configuration
import Glibc
import Interchange
import Numerics
import Training

/// Trains a model for each fold of a configuration's training data.
struct CrossValidate {
  /// The path of the configuration, or `-`.
  let config: String
  let overrides: [String]
  let folds: Int
  /// The folder of the run; `nil` for a numbered one.
  let output: String?
  let format: OutputFormat
  let isQuiet: Bool

  /// - Throws: `Failure`, or the `ExitCode` of a run that was interrupted or of which folds diverged.
  func run(_ pool: ThreadPool) throws {
    let (plan, diagnostics) = CrossValidationPlan.check(
      path: config, overrides: overrides, folds: folds)
    guard let plan else { throw Failure(diagnostics) }
    if !isQuiet { try show(diagnostics, format) }
    Interruption.install()
    // Whoever reads the events may go away; what is done is saved all the same.
    signal(SIGPIPE, SIG_IGN)
    let directory =
      try output.map { try RunDirectory(path: $0) } ?? RunDirectory(in: "runs", name: plan.name)
    try directory.write(plan.model)

    let clock = ContinuousClock()
    let start = clock.now
    let reporter = CrossValidationReporter(plan, format: format, isQuiet: isQuiet)
    reporter.start()
    var observer = CrossValidation.Observer()
    observer.shouldStop = { Interruption.isWanted }
    observer.begin = { try reporter.begin($0, $1, $2) }
    observer.iteration = { reporter.iteration($0, loss: $1) }
    observer.epoch = { try reporter.epoch($0) }
    // Whoever read them may be gone.
    observer.warning = { warning in
      guard !isQuiet else { return }
      try? show([warning], format)
    }
    observer.end = { try reporter.end($0, $1) }
    observer.recorder = { plan, folder, loop in
      guard plan.config.output.tensorboard else { return nil }
      let events = RunEvents(try folder.openEvents(), plan)
      try events.begin()
      return CrossValidation.Recorder(
        epoch: { try events.epoch($0, loop.memory) }, end: { try events.end($0) })
    }
    let result = try CrossValidation(
      plan, directory: directory, pool: pool, version: Hptrain.version
    ).run(observer)
    try reporter.finish(
      result,
      result.event(run: directory.path, seconds: (clock.now - start) / .seconds(1)),
      directory: directory)
    if result.wasInterrupted { throw ExitCode(Interruption.exitCode) }
    if !result.diverged.isEmpty { throw ExitCode(1) }
  }
}
