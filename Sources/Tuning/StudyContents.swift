import Configuration
import Search

/// A study as it can be told from its file alone, whoever wrote it.
package struct StudyContents: Sendable {
  package let name: String
  package let isMaximized: [Bool]
  /// The names of the objectives where they are known, else `value`.
  package let objectives: [String]
  package let records: [TrialRecord]
  let trials: [StoredTrial]
  /// By number: the values by their names, in the order of the trial.
  package let settings: [Int: [JSONMember]]
  /// The names of all hyperparameters, in the order in which trials have them.
  package let names: [String]
  /// Seconds that trials took, by number.
  package let seconds: [Int: Double]

  package init(_ file: StudyFile) throws {
    name = file.name
    isMaximized = try file.directions().map { $0 == "MAXIMIZE" }
    let definition = try file.attribute(Study.definitionKey).map {
      JSONParser.parse(SourceText(name: "definition", $0)).value
    }
    let written = definition?["objective"]
    let items = written?.items ?? written.map { [$0] } ?? []
    let known = items.compactMap { $0.string ?? $0["metric"]?.string }
    objectives =
      known.count == isMaximized.count
      ? known
      : isMaximized.count == 1 ? ["value"] : isMaximized.indices.map { "value \($0)" }
    trials = try file.trials()
    records = trials.map { Study.record($0, point: nil) }
    var names: Set<String> = []
    var settings: [Int: [JSONMember]] = [:]
    var seconds: [Int: Double] = [:]
    for trial in trials {
      names.formUnion(trial.parameters.keys)
      settings[trial.number] = trial.parameters.sorted { $0.key < $1.key }.map {
        JSONMember($0.key, $0.value.json)
      }
      seconds[trial.number] = trial.userAttributes["seconds"].flatMap { Double($0) }
    }
    self.names = names.sorted()
    self.settings = settings
    self.seconds = seconds
  }

  /// The best trial, or the front of several objectives.
  package var best: [TrialRecord] { BestTrials.of(records, isMaximized: isMaximized) }
}

extension StoredTrial.Parameter {
  /// The value itself: of a choice what was chosen, where it is a text of JSON what that says.
  fileprivate var json: JSONValue {
    switch distribution.domain {
    case .real: return .number(value)
    case .integer: return .integer(Int(value))
    case .category:
      let index = Int(value)
      guard distribution.choices.indices.contains(index) else { return .null }
      let choice = JSONParser.parse(SourceText(name: "choice", distribution.choices[index])).value
      guard let text = choice.string, text.hasPrefix("{") || text.hasPrefix("[") else {
        return choice
      }
      let parsed = JSONParser.parse(SourceText(name: "choice", text))
      return parsed.diagnostics.isEmpty ? parsed.value : choice
    }
  }
}
