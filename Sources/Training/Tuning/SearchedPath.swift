import Configuration
import Search

/// Holds a path of a space and its range against the configuration that is searched.
enum SearchedPath {
  /// What is wrong with a place of a space.
  struct Finding: Error {
    let message: String
    let help: String?

    init(_ message: String, help: String? = nil) {
      self.message = message
      self.help = help
    }

    func diagnostic(at location: Location) -> Diagnostic {
      Diagnostic(
        .error, .configuration, code: "search-space", message, at: location.place, help: help)
    }
  }

  /// - Parameters:
  ///   - name: the path as written.
  ///   - document: the configuration.
  /// - Returns: the path.
  static func check(
    _ name: String, _ range: any SearchRange, in document: JSONValue
  ) throws(Finding) -> ConfigPath {
    let form = RunConfig.form
    guard let path = try? ConfigPath.parse(name, name: "space") else {
      throw Finding(
        "'\(name)' is not a path",
        help: "write a path as in training.optimizer.learning_rate or model.layers[0].units")
    }
    guard path.steps.first != .key("tuning"), form.knows(path) else {
      throw Finding(
        "the configuration has no '\(name)'",
        help: form.suggestion(for: path, in: document.removing("tuning")))
    }
    try checkItems(path, in: document)
    let plain = TuningSpace.unwrapped(range)
    if plain is RepeatRange, !isLayer(path) {
      throw Finding(
        "'\(name)' is not a layer, so it cannot be repeated",
        help: "name one, as \"model.layers[0]\"")
    }
    if let help = plain.flatMap(wholeNumbers), form.takesWholeNumbersOnly(at: path) {
      // Its ends may be whole, so that they build, and hardly any number between them is.
      throw Finding("'\(name)' takes whole numbers, which its range does not keep to", help: help)
    }
    return path
  }

  private static func isLayer(_ path: ConfigPath) -> Bool {
    guard path.steps.count >= 2, case .index = path.steps[path.steps.count - 1] else {
      return false
    }
    return path.steps[path.steps.count - 2] == .key("layers")
  }

  /// - Throws: `Finding` of the first item of a list on the way that the file does not have.
  private static func checkItems(
    _ path: ConfigPath, in document: JSONValue
  ) throws(Finding) {
    for (count, step) in path.steps.enumerated() {
      guard case .index(let index) = step else { continue }
      let list = ConfigPath(steps: Array(path.steps[..<count]))
      let items = document.value(at: list)?.items?.count ?? 0
      guard index >= items else { continue }
      let help =
        switch items {
        case 0: nil as String?
        case 1: "it has '\(list.index(0))' alone"
        default: "it has '\(list.index(0))' to '\(list.index(items - 1))'"
        }
      throw Finding(
        "'\(list.index(index))' is not in the file, so it cannot be searched", help: help)
    }
  }

  /// The range of whole numbers to write instead of one of any numbers; `nil` for other ranges.
  private static func wholeNumbers(insteadOf range: any SearchRange) -> String? {
    guard case .real(let low, let high, let isLogarithmic) = range.domain else { return nil }
    let ends = (low.rounded(.up), high.rounded(.down))
    let least = isLogarithmic ? max(1, ends.0) : ends.0
    guard least <= ends.1 else { return "write a range of the type integer, with whole numbers" }
    return """
      write {"type": "integer", "low": \(JSONNumber(least).text), \
      "high": \(JSONNumber(ends.1).text)\(isLogarithmic ? #", "log": true"# : "")}
      """
  }
}
