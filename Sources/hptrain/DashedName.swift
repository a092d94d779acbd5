import Configuration
import Glibc

/// The name of a file that begins as options do: `-data.csv` is read as the flags `-d`, `-a` and so on, among which
/// there may be the `-h` of help.
enum DashedName {
  /// Tells of such a name; called where the command line could not be understood, or help was asked for.
  ///
  /// - Parameter arguments: without the name of the program.
  /// - Throws: `Failure` with what to write instead.
  static func check(_ arguments: [String]) throws(Failure) {
    let asksForHelp = arguments.contains { ["-h", "--help", "-help"].contains($0) }
    // Behind '--' there are no options.
    guard !asksForHelp,
      let name = arguments.prefix(while: { $0 != "--" }).first(where: isName)
    else { return }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "usage", "'\(name)' reads as an option, for it begins with a dash",
        help: "write './\(name)' if it is a file"))
  }

  /// Whether a word is rather a file than flags: one that is there, or with an ending.
  private static func isName(_ word: String) -> Bool {
    guard word.hasPrefix("-"), word.count > 2 else { return false }
    if access(word, F_OK) == 0 { return true }
    let second = word.unicodeScalars.dropFirst().first
    return second?.properties.isAlphabetic == true && word.contains(".") && !word.contains("=")
  }
}
