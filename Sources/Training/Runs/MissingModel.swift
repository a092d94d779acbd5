import Configuration
import Glibc

/// Why there is no model in the folder of a run, and what to do about it.
package enum MissingModel {
  /// - Returns: `nil` if the folder is none of a run.
  package static func finding(of run: String) -> Diagnostic? {
    guard access(run + "/config.json", F_OK) == 0 else { return nil }
    let (problem, help) = reason(run)
    return Diagnostic(
      .error, .unreadable, code: "no-model", "'\(run)' has no model\(problem)", help: help)
  }

  private static func reason(_ run: String) -> (problem: String, help: String) {
    if CrossValidationFiles.areIn(run) {
      return (
        " of its own: it is a cross-validation",
        "name a fold: \(run)/\(CrossValidationFiles.folds)/1"
      )
    }
    if let process = trainer(of: run) {
      return (
        process > 0
          ? " yet: process \(process) trains it" : " yet: a process on another machine trains it",
        "wait a little: the best model so far is written from time to time, once an epoch has ended"
      )
    }
    let goOn = "hptrain train --resume \(ShellWord.quoted(run))"
    switch (try? RunJournal(folder: run))?.summary.state ?? RunSummary.unfinished {
    case TrainingLoop.Reason.diverged.rawValue:
      return (
        ": it diverged before an epoch had ended",
        "the end of its training said why; a new run needs other settings"
      )
    case TrainingLoop.Reason.completed.rawValue, TrainingLoop.Reason.earlyStopping.rawValue:
      return (": it was trained to its end, and the file is gone", "to have it again: \(goOn)")
    default: return (": it was stopped before the first was written", "to go on: \(goOn)")
    }
  }

  /// The process that has the lock of a run; 0 if it is on another machine, `nil` if there is none.
  private static func trainer(of run: String) -> pid_t? {
    let descriptor = open("\(run)/\(RunJournal.fileName)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
    return max(0, lock.l_pid)
  }
}
