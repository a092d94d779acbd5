import Configuration
import Tuning

/// Settings as they stand in a line of a table.
enum SettingText {
  /// Numbers with four digits, what is chosen by its name.
  ///
  /// - Parameter choices: what it was chosen from.
  static func text(_ value: JSONValue, of choices: ChoiceNames? = nil) -> String {
    if value.integer == nil, let number = value.double { return TrainingReporter.short(number) }
    return (choices ?? ChoiceNames())[value]
  }
}

/// Paths without what they have in common: the last keys that tell them apart.
struct ShortNames {
  private var names: [String: String] = [:]

  init(_ paths: [String]) {
    for path in paths {
      let keys = path.split(separator: ".").map(String.init)
      let shortest = (1...max(1, keys.count)).first { count in
        let ending = keys.suffix(count).joined(separator: ".")
        return paths.count { $0 == ending || $0.hasSuffix("." + ending) } == 1
      }
      names[path] = keys.suffix(shortest ?? keys.count).joined(separator: ".")
    }
  }

  subscript(_ path: String) -> String { names[path] ?? path }
}
