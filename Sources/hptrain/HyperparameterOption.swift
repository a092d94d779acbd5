import Configuration
import Datasets
import Training

/// An option that is the name of a hyperparameter, as `--epochs 20`: it has its place in the configuration, and on the
/// command line behind `--set`.
enum HyperparameterOption {
  /// Tells of such an option; called where the command line could not be understood.
  ///
  /// - Parameters:
  ///   - arguments: without the name of the program.
  ///   - message: what was said of them, with the options that the command has.
  /// - Throws: `Failure` with what to write instead.
  static func check(_ arguments: [String], message: String) throws(Failure) {
    guard message.contains("--set <"), let (option, value) = unknown(arguments, message) else {
      return
    }
    // The parser tells of an option that is nearly one of the command.
    guard Spelling.misspelt(option, among: options(in: message)) == nil else { return }
    let name = String(option.drop { $0 == "-" }).replacing("-", with: "_")
    let document = arguments.lazy.compactMap(configuration).first ?? .object([])
    let places = RunConfig.form.places(of: name, in: document)
    guard !places.isEmpty else { return }
    let settings = places.prefix(mostPlaces).map {
      "--set \(ShellWord.quoted("\($0)=\(value ?? "VALUE")"))"
    }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "usage",
        "'\(option)' is no option: what a configuration says is set by its path",
        help: "write \(Spelling.list(settings, "or"))"))
  }

  private static let mostPlaces = 3

  /// The options of the command, as its usage names them.
  private static func options(in message: String) -> [String] {
    message.split(whereSeparator: { " []\n".contains($0) }).filter { $0.hasPrefix("--") }
      .map(String.init)
  }

  /// The option that was not known, and the value that it was given.
  private static func unknown(
    _ arguments: [String], _ message: String
  ) -> (option: String, value: String?)? {
    for (index, word) in arguments.enumerated() where word.hasPrefix("--") {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard let option = parts.first, message.contains("Unknown option '\(option)'") else {
        continue
      }
      let next = arguments.dropFirst(index + 1).first
      return (option, parts.count > 1 ? parts[1] : next.flatMap { $0.hasPrefix("--") ? nil : $0 })
    }
    return nil
  }

  /// What a file among the words says, if it is a configuration.
  private static func configuration(_ path: String) -> JSONValue? {
    guard path.hasSuffix(".json"), let contents = try? FileBytes(path: path),
      contents.bytes.count <= largestText
    else { return nil }
    let text = SourceText(name: path, bytes: contents.withBytes { Array($0) })
    let value = JSONParser.parse(text).value
    return value.members == nil ? nil : value
  }

  /// Bytes of a file that may be a configuration.
  private static let largestText = 1 << 20
}
