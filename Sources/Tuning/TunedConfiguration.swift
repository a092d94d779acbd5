import Configuration
import Search
import Training

/// The configuration of a trial, to be trained for itself.
package enum TunedConfiguration {
  /// Without the search and without what holds anyway.
  ///
  /// - Parameters:
  ///   - folder: where the configuration will lie; paths to data lead from there.
  /// - Throws: `Failure` if the study is of another search, the trial does not fit the space, or its configuration does not build.
  package static func text(
    of trial: TrialRecord, in contents: StudyContents, plan: TuningPlan, folder: String
  ) throws -> String {
    let point = try contents.point(of: trial, in: plan)
    let run = try plan.planner.plan(point).plan
    return run.resolvedConfig(in: folder).withoutDefaults(of: RunConfig.form, keeping: ["seed"])
      .prettyText
  }
}
