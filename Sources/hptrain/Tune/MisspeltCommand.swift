import ArgumentParser
import Configuration
import Glibc

/// A word behind `tune` that is nearly one of its commands: it would be taken for the configuration of a search.
enum MisspeltCommand {
  /// - Parameter arguments: with the name of the program.
  /// - Throws: `Failure` with the command that was meant.
  static func check(_ arguments: [String]) throws {
    guard arguments.count > 2, arguments[1] == "tune" else { return }
    let word = arguments[2]
    let names = Tune.configuration.subcommands.map { $0._commandName }
    guard !names.contains(word), word != "help", !word.hasPrefix("-"),
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
