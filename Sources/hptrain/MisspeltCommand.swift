import ArgumentParser
import Configuration
import Glibc

/// A word that stands where a command is expected and is none.
enum MisspeltCommand {
  /// - Parameter arguments: with the name of the program.
  /// - Throws: `Failure` with the command that was meant.
  static func check(_ arguments: [String]) throws(Failure) {
    let words = arguments.dropFirst()
    guard let first = words.first else { return }
    if first == helpCommand {
      try checkRoot(words.dropFirst().first)
    } else if first == Tune._commandName {
      try checkTune(words.dropFirst().first)
    } else {
      try checkRoot(first)
    }
  }

  private static let helpCommand = "help"

  private static func names(of command: any ParsableCommand.Type) -> [String] {
    command.configuration.subcommands.map { $0._commandName } + [helpCommand]
  }

  private static func checkRoot(_ word: String?) throws(Failure) {
    let names = names(of: Hptrain.self)
    guard let word, !names.contains(word), !word.hasPrefix("-") else { return }
    let meant = foreignNames[word.lowercased()] ?? Spelling.nearest(to: word, among: names)
    throw Failure(
      Diagnostic(
        .error, .usage, code: "usage", "'hptrain' has no command '\(word)'",
        help: meant.map { "did you mean 'hptrain \($0)'?" }
          ?? "it has \(names.joined(separator: ", "))"))
  }

  /// What other programs call the commands.
  private static let foreignNames = [
    "fit": "train", "resume": "train --resume", "continue": "train --resume",
    "validate": "check", "lint": "check", "verify": "check", "dry-run": "check",
    "test": "evaluate", "eval": "evaluate", "score": "evaluate",
    "infer": "predict", "inference": "predict", "apply": "predict",
    "optimize": "tune", "search": "tune", "sweep": "tune", "hyperopt": "tune",
    "plot": "report", "visualize": "report", "dashboard": "report",
    "compare": "diff", "list": "runs", "ls": "runs", "history": "runs",
    "convert": "export", "save": "export", "load": "import",
    "new": "init", "create": "init", "sample": "generate",
    "summary": "info", "inspect": "info", "describe": "explain", "docs": "explain",
    "version": "--version",
  ]

  /// A word behind `tune` that is nearly one of its commands would be taken for the configuration of a search.
  private static func checkTune(_ word: String?) throws(Failure) {
    let names = names(of: Tune.self)
    guard let word, !names.contains(word), !word.hasPrefix("-"),
      !word.contains(where: { "./".contains($0) }), access(word, F_OK) != 0,
      let meant = Spelling.nearest(to: word, among: names)
    else { return }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "usage",
        "'tune' has no command '\(word)', and there is no configuration of that name",
        help: "did you mean 'hptrain tune \(meant)'?"))
  }
}
