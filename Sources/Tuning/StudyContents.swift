import Configuration
import Search
import Studies
import Training

/// A study as it can be told from its file alone, whoever wrote it.
package struct StudyContents: Sendable {
  package let name: String
  package let isMaximized: [Bool]
  /// The names of the objectives where they are known, else `value`.
  package let objectives: [String]
  package let records: [TrialRecord]
  let trials: [StudyTrial]
  /// What the study says of itself, if hptrain made it.
  let definition: JSONValue?
  /// By number: the values by their names, in the order of the trial.
  package let settings: [Int: [JSONMember]]
  /// The names of all hyperparameters, in the order in which trials have them.
  package let names: [String]
  /// The names of the values of each choice, by the name of the hyperparameter.
  package let choiceNames: [String: ChoiceNames]
  /// Seconds that trials took, by number.
  package let seconds: [Int: Double]

  package init(_ file: StudyFile) throws {
    name = file.name
    isMaximized = file.directions.map { $0 == .maximize }
    definition = try file.attributes(.system)[Study.definitionKey]
    let text = definition?["tuning"]?.string
    let written = text.map { JSONParser.parse(SourceText(name: "tuning", $0)).value }?["objective"]
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
    var choiceNames: [String: ChoiceNames] = [:]
    for trial in trials {
      for parameter in trial.parameters where choiceNames[parameter.name] == nil {
        guard case .categorical(let choices) = parameter.distribution else { continue }
        choiceNames[parameter.name] = ChoiceNames(choices.map(\.json))
      }
      names.formUnion(trial.parameters.map(\.name))
      settings[trial.number] = trial.parameters.sorted { $0.name < $1.name }.map {
        JSONMember($0.name, $0.meaning?.json ?? .null)
      }
      seconds[trial.number] = trial.userAttributes["seconds"]?.double
    }
    self.names = names.sorted()
    self.settings = settings
    self.choiceNames = choiceNames
    self.seconds = seconds
  }

  /// The point of a trial in the space of the search that made it.
  ///
  /// - Throws: `Failure` if the study is of another search, or the trial does not fit its space.
  func point(of trial: TrialRecord, in plan: TuningPlan) throws -> Point {
    try Study.check(definition, is: plan)
    let stored = trials.first { $0.number == trial.number }
    guard let point = stored.flatMap({ plan.space.point(of: $0) }) else {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "study",
          "the settings of trial \(trial.number) are not those of 'tuning.space'",
          help: "name the configuration that the study was made with"))
    }
    return point
  }

  /// Whether a setting was drawn by its logarithm.
  package func isLogarithmic(_ name: String) -> Bool {
    switch trials.lazy.compactMap({ $0.parameter(name)?.distribution }).first {
    case .float(_, _, _, let isLogarithmic), .integer(_, _, _, let isLogarithmic): isLogarithmic
    case .categorical, nil: false
    }
  }

  /// The best trial, or the front of several objectives.
  package var best: [TrialRecord] { BestTrials.of(records, isMaximized: isMaximized) }

  /// All trials, the best first.
  package var ranked: [TrialRecord] { BestTrials.ranked(records, isMaximized: isMaximized) }
}

extension ChoiceValue {
  /// The value itself: of a text of JSON, as for a layer, what that says.
  fileprivate var json: JSONValue {
    switch self {
    case .null: return .null
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .double(let value): return value.isFinite ? .number(value) : .null
    case .text(let text) where text.hasPrefix("{") || text.hasPrefix("["), .other(let text):
      let parsed = JSONParser.parse(SourceText(name: "choice", text))
      return parsed.diagnostics.isEmpty ? parsed.value : .string(text)
    case .text(let text): return .string(text)
    }
  }
}

extension Distribution {
  fileprivate var domain: Domain {
    switch self {
    case .float(let low, let high, _, let isLogarithmic):
      .real(low: low, high: high, isLogarithmic: isLogarithmic)
    case .integer(let low, let high, let step, let isLogarithmic):
      .integer(low: low, high: high, step: max(1, step), isLogarithmic: isLogarithmic)
    case .categorical(let choices): .category(count: max(1, choices.count))
    }
  }
}

extension StudyContents {
  /// How much an objective depends on each hyperparameter; the figure of pruned trials is that of another epoch, so
  /// that complete ones count only.
  ///
  /// - Parameter objective: its index.
  package func importance(
    _ method: HyperparameterImportance.Method, objective: Int = 0
  ) -> [(name: String, share: HyperparameterImportance.Share)] {
    // A range that was changed by another program is as wide as all of them.
    let space = SearchSpace(
      names.map { name in
        let domains = trials.compactMap { $0.parameter(name)?.distribution.domain }
        return .init(name: name, domain: Self.joined(domains))
      })
    let sign = isMaximized.indices.contains(objective) && isMaximized[objective] ? -1.0 : 1
    let observations = trials.compactMap { trial -> Observation? in
      guard trial.state == .complete, trial.values.indices.contains(objective) else { return nil }
      return Observation(
        number: trial.number, point: Point(names.map { trial.parameter($0)?.value }),
        values: [sign * trial.values[objective]])
    }
    return HyperparameterImportance.shares(of: space, observations, method: method).map {
      (names[$0.dimension], $0)
    }
  }

  private static func joined(_ domains: [Domain]) -> Domain {
    guard var joined = domains.first else { return .category(count: 1) }
    for domain in domains.dropFirst() where domain != joined {
      switch (joined, domain) {
      case (.real(let a, let b, let isLogarithmic), .real(let c, let d, _)):
        joined = .real(low: min(a, c), high: max(b, d), isLogarithmic: isLogarithmic)
      case (.integer(let a, let b, _, let isLogarithmic), .integer(let c, let d, _, _)):
        joined = .integer(low: min(a, c), high: max(b, d), step: 1, isLogarithmic: isLogarithmic)
      case (.category(let a), .category(let b)): joined = .category(count: max(a, b))
      default: break
      }
    }
    return joined
  }
}
