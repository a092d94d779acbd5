import Configuration
import Glibc

/// What to say of a checkpoint where a model is wanted: it may be whole, and its arrays are other ones.
enum MisplacedCheckpoint {
  static func finding(of path: String) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "model-format",
      "'\(path)' is a checkpoint, from which its run can go on, and no model", help: help(path))
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
