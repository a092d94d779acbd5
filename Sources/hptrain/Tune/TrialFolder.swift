import Configuration
import Glibc
import Interchange
import Training
import Tuning

/// The folder beside a study where each trial has a folder with what TensorBoard reads.
final class TrialFolder {
  private let path: String
  /// The first thing that could not be written; the search goes on, since the study has all of it.
  private(set) var failure: (any Error)?

  /// `studies/iris.db` has `studies/iris.tensorboard`.
  init(ofStudy study: String) {
    path = (study.hasSuffix(".db") ? String(study.dropLast(3)) : study) + ".tensorboard"
  }

  /// Writes a trial that has ended.
  func write(_ record: TrialRecord, _ plan: TuningPlan) {
    guard let point = record.point else { return }
    do {
      let settings = plan.space.settings(of: point).map { (name: $0.key, value: $0.value) }
      let bytes = try TrialEvents.file(
        trial: record.number, settings: settings, objectives: plan.objectives.map(\.name),
        curve: record.curve, values: record.state == .failed ? [] : record.values,
        status: record.state == .failed ? .failure : .success)
      let file = "\(path)/trial-\(record.number)/\(RunDirectory.eventsName)"
      try OutputFile.makeFolders(around: file)
      try OutputFile.replace(file, with: bytes)
    } catch {
      failure = failure ?? error
    }
  }
}
