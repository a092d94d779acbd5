import Configuration
import Glibc

/// A run that was trained to its end, and of which the model is left but no checkpoint: they were removed to save room, or
/// the run was to write none. Nothing is left to do, and there is nothing to go on from.
package struct EndedRun {
  /// What the model file says of its training.
  private let training: JSONValue
  /// Iterations that were made.
  package let iterations: Int
  package let wasStoppedEarly: Bool

  /// - Returns: `nil` if the folder has no model, or that of a run that did not come to its end.
  /// - Throws: `Failure` if there is a model that cannot be read: a run that began again would write over it.
  init?(in directory: RunDirectory) throws {
    guard access(directory.modelPath, F_OK) == 0 else { return nil }
    training = try TrainedModel(path: directory.modelPath, rows: 1).training
    switch training["reason"]?.string ?? "" {
    case TrainingLoop.Reason.completed.rawValue: wasStoppedEarly = false
    case TrainingLoop.Reason.earlyStopping.rawValue: wasStoppedEarly = true
    default: return nil
    }
    iterations = training["iterations"]?.integer ?? 0
  }

  /// - Parameter loaded: the configuration of the folder, with what the command line changes of it.
  /// - Throws: `Failure` if more is asked for than was trained.
  func checkNothingIsLeft(
    of plan: RunPlan, _ loaded: LoadedConfig, in directory: RunDirectory
  ) throws {
    let given = loaded.document.overrideLocation
    let isChanged = try given != nil && differs(plan, directory)
    guard isChanged || !wasStoppedEarly && plan.iterations > iterations else { return }
    let length = ConfigPath.root.key("training").key("epochs")
    throw Failure(
      Diagnostic(
        .error, .data, code: "no-checkpoint",
        "the run has ended after \(Spelling.count(iterations, "iteration")), and there is no checkpoint from which it could go on with other settings",
        at: (given ?? loaded.document.location(of: length))?.place,
        help:
          "begin a new run with the parameters of this one: hptrain train \(directory.configPath) --set model.initial_parameters=model.safetensors --set …"
      ))
  }

  /// Whether a plan has other settings than the folder, among those that more training would follow.
  private func differs(_ plan: RunPlan, _ directory: RunDirectory) throws -> Bool {
    let stored = try LoadedConfig.read(path: directory.configPath)
    return RunConfig.form.changes(
      from: stored.document, to: plan.resolvedConfig(in: directory.path), resumption: .applied
    ).contains { !Self.isIdle($0) }
  }

  /// Whether a change leaves a model that was trained to its end as it is.
  package static func isIdle(_ change: SettingChange) -> Bool {
    idle.contains {
      change.path.name == $0 || change.path.name.hasPrefix($0 + ".")
        || change.path.name.hasPrefix($0 + "[")
    }
  }

  /// What changes nothing of a model that is there: where its data lies now, its name, and what is written meanwhile.
  private static let idle = [
    "data.train", "data.validation", "data.test", "name", "output", "training.checkpoint",
  ]

  /// The last event of the run, told again.
  package func event(run: String) -> JSONValue {
    .object(
      [JSONMember("event", .string("end"))] + (training.members ?? [])
        + [JSONMember("run", .string(run))])
  }
}
