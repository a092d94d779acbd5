import Configuration
import Numerics
import Training

/// The model that a trial of a population left behind: that of the best epoch on the way to it, whosever
/// parameters it had.
package enum TrainedMember {
  /// Writes the model file of a trial.
  ///
  /// - Parameters:
  ///   - study: the path of the study.
  ///   - path: of the model, which must not exist.
  /// - Throws: `Failure` if the study is of another search, the trial left nothing, or the file cannot be written.
  package static func write(
    _ trial: TrialRecord, of study: String, in contents: StudyContents, plan: TuningPlan,
    to path: String, version: String
  ) throws {
    let point = try contents.point(of: trial, in: plan)
    guard let generations = plan.generations,
      let place = contents.records.firstIndex(where: { $0.number == trial.number })
    else {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "study",
          "only the trials of a population leave models behind",
          help: "write the configuration with --write-config, and train it"))
    }
    let states = MemberStates(ofStudy: study, version: version)
    guard states.has(trial: trial.number) else {
      throw Failure(
        Diagnostic(
          .error, .unreadable, code: "no-member",
          "trial \(trial.number) has no model any more",
          help:
            "only the last generation and the best trial are kept; write the configuration with --write-config, and train it"
        ))
    }
    let pool = ThreadPool(threads: ThreadPool.availableProcessors)
    let (run, sets) = try plan.planner.plan(
      point, .init(seed: generations.member(at: place)))
    let loop = try TrainingLoop(run, sets: sets, pool: pool)
    try states.restore(loop, ofTrial: trial.number)
    var observer = TrainingLoop.Observer()
    // It stands where it is; the best model and its figures are what is wanted.
    observer.shouldStop = { true }
    let outcome = try loop.run(observer)
    try TrainedModel.withPieces(
      plan: run, memory: loop.memory, summary: Events.summary(outcome), version: version
    ) { try OutputFile.create(path, with: $0) }
  }
}
