import Configuration
import Glibc

/// What to say of a checkpoint where a model is wanted, whose arrays are other ones, or a configuration.
enum MisplacedCheckpoint {
  /// - Parameter wanted: what the file is not.
  static func finding(of path: String, wanted: String = "model") -> Diagnostic {
    Diagnostic(
      .error, .data, code: "model-format",
      "\(Spelling.file(path)) is a checkpoint, from which its run can go on, and no \(wanted)",
      help: help(path))
  }

  private static func help(_ path: String) -> String {
    guard let run = folder(ofRunWith: path) else {
      return "the model of a run is its model.safetensors; "
        + "to go on with the run: hptrain train --resume RUN"
    }
    let goOn = "to go on with the run: hptrain train --resume \(ShellWord.quoted(run))"
    let model = run + "/model.safetensors"
    return access(model, F_OK) == 0 ? "the model of the run is '\(model)'; \(goOn)" : goOn
  }

  /// Where a run is whose checkpoint lies in the folder of all of them.
  private static func folder(ofRunWith checkpoint: String) -> String? {
    let steps = checkpoint.split(separator: "/", omittingEmptySubsequences: false)
    guard steps.count > 1, steps[steps.count - 2] == "checkpoints" else { return nil }
    let run = steps.dropLast(2).joined(separator: "/")
    if run.isEmpty { return checkpoint.hasPrefix("/") ? "/" : "." }
    return run
  }
}
