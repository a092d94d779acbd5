import Configuration
import Search
import Studies
import Training

/// A study whose trials are made by others: they ask for settings and tell what came of them.
package final class AskedStudy {
  private let file: StudyFile
  private let space: TuningSpace
  private let config: TuningConfig
  /// How many trials the study is to have.
  private let trialCount: Int
  /// How many it was made for, which algorithms plan with; `nil` where nobody said so.
  private let statedCount: Int?
  private let seed: UInt64
  private let isMaximized: [Bool]
  private var records: [TrialRecord]
  /// What the algorithm knows, by number: kept, since a thousand trials are asked for as quickly as ten.
  private var observations: [Observation] = []

  // MARK: - Beginning

  /// Makes a study for names that mean something to another program.
  ///
  /// - Parameters:
  ///   - section: a `tuning` section, whose space has names of any kind, or a configuration that has one.
  ///   - seed: `nil` for that of the configuration.
  /// - Throws: `Failure` with all that is wrong with it, or if the file exists.
  package static func create(
    _ path: String, name: String, section: SourceText, seed: Int? = nil
  ) throws {
    let parsed = JSONParser.parse(section)
    let json = parsed.value["tuning"] ?? parsed.value
    var reading = Reading(root: .object { TuningConfig.keys.map { $0.keyForm() } })
    let config = Codec<TuningConfig>.object().read(json, &reading)
    if parsed.value["tuning"] == nil {
      // Of a whole configuration they are for the trials of its own search.
      for key in ["pruning", "seeds", "folds", "parallel_trials"] {
        guard let value = json[key] else { continue }
        reading.report(
          code: "tuning", "'\(key)' is for trials that hptrain runs", at: value.location,
          help: "leave it out: who asks for settings makes the trials")
      }
    }
    let findings = parsed.diagnostics + reading.diagnostics
    guard let config, findings.allSatisfy({ $0.severity != .error }) else {
      throw Failure(findings)
    }
    guard !(config.algorithm is PopulationSearch || config.algorithm is HypergradientSearch) else {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "tuning",
          "'\(type(of: config.algorithm).type)' takes part in training, and who asks for settings trains",
          at: json["algorithm"]?.location?.place, help: "take another algorithm"))
    }
    _ = try TuningSpace(config, document: nil)
    let isConfiguration = parsed.value["tuning"] != nil
    let seed = try seed ?? (isConfiguration ? writtenSeed(of: parsed.value) : 0)
    try OutputFile.makeFolders(around: path)
    try StudyFile.create(
      path: path, name: name,
      directions: config.objectives.map { objective in
        // Elsewhere names are those of another program, even if they are those of metrics here.
        let isMaximized =
          isConfiguration ? objective.isMaximizedByName : objective.direction == .maximize
        return isMaximized ? .maximize : .minimize
      },
      systemAttributes: [
        Study.definitionKey: Study.definition(
          of: config, seed: seed,
          configuration: isConfiguration ? TuningPlan.baseText(of: parsed.value) : nil)
      ]
    ).close()
  }

  /// The seed of a configuration.
  private static func writtenSeed(of document: JSONValue) throws -> Int {
    guard let json = document["seed"] else { return RunConfig().seed }
    guard let seed = json.integer, seed >= 0 else {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "tuning", "'seed' must be an integer of at least 0",
          at: json.location?.place))
    }
    return seed
  }

  /// Opens a study, which nobody else may have open for running.
  ///
  /// - Parameter isBrief: whether it is closed at once, so that others wait for it.
  /// - Throws: `Failure` if it says nothing of its space, as one of Optuna's does.
  package init(_ path: String, name: String?, isBrief: Bool = true) throws {
    file = try StudyFile.openLocked(path: path, name: name, isBrief: isBrief)
    guard let definition = try file.attributes(.system)[Study.definitionKey] else {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "study",
          "'\(path)' does not say what it searches",
          help: "'hptrain tune create' makes a study to ask"))
    }
    var reading = Reading(root: .object { TuningConfig.keys.map { $0.keyForm() } })
    guard let text = definition["tuning"]?.string,
      let config = Codec<TuningConfig>.object().read(
        JSONParser.parse(SourceText(name: path, text)).value, &reading),
      reading.diagnostics.isEmpty,
      let seed = definition["seed"]?.integer, seed >= 0
    else {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "study",
          "'\(path)' is the study of another version of hptrain"))
    }
    self.config = config
    self.seed = UInt64(seed)
    space = try TuningSpace(config, document: nil)
    let points = config.gridSize(of: space.search)
    statedCount = (config.trials ?? points).map { min($0, points ?? .max) }
    trialCount = statedCount ?? TuningConfig.standardTrialCount
    isMaximized = file.directions.map { $0 == .maximize }
    records = try file.trials().map { [space] in Study.record($0, point: space.point(of: $0)) }
    observations = records.compactMap(observation)
  }

  /// `nil` for a trial that has not ended, or not in this space.
  private func observation(_ record: TrialRecord) -> Observation? {
    guard record.hasEnded, let point = record.point else { return nil }
    let costs = zip(record.values, isMaximized).map { $1 ? -$0 : $0 }
    return Observation(
      number: record.number, point: point,
      values: costs.isEmpty ? isMaximized.map { _ in .infinity } : costs)
  }

  /// Makes the file one file again.
  package func close() { file.close() }

  // MARK: - Trials

  /// How many trials are missing to those that the study was to have.
  package var missingTrials: Int { max(0, trialCount - records.count) }

  /// Whether the next trial is the first one beyond those that the study was to have.
  package var hasAllTrials: Bool { trialCount == records.count }

  /// What to say of it once it has all trials.
  package var completion: String {
    statedCount == nil
      ? "has \(Spelling.count(trialCount, "trial")), as a study has unless its 'trials' says otherwise"
      : "has the trials that it was made for"
  }

  /// Begins the next trial.
  ///
  /// - Returns: its number and its settings by their names.
  package func ask() throws -> (number: Int, settings: [JSONMember]) {
    let pending = records.indices.compactMap { records[$0].hasEnded ? nil : records[$0].point }
    let point = config.algorithm.propose(
      Query(
        space: space.search, seed: seed, number: records.count, trialCount: statedCount,
        observations: observations, pending: pending))
    let number = try file.addTrial(space.parameters(of: point))
    records.append(
      TrialRecord(number: number, state: .running, point: point))
    return (number, space.settings(of: point))
  }

  /// Ends a trial.
  ///
  /// - Parameter values: one for each objective; none for a trial that failed.
  /// - Throws: `Failure` if there is no such trial, or if it has ended.
  package func tell(_ number: Int, _ values: [Double]) throws {
    func refuse(_ message: String, help: String? = nil) -> Failure {
      Failure(Diagnostic(.error, .usage, code: "trial", message, help: help))
    }
    guard let index = records.firstIndex(where: { $0.number == number }) else {
      throw refuse("the study has no trial \(number)")
    }
    guard !records[index].hasEnded else { throw refuse("trial \(number) has ended already") }
    guard values.isEmpty || values.count == isMaximized.count else {
      throw refuse(
        "\(Spelling.count(values.count, "value")) for \(Spelling.count(isMaximized.count, "objective"))"
      )
    }
    // What is not a number says that the trial failed, as in Optuna; what is infinite would be the best one for good.
    let hasFailed = !values.allSatisfy(\.isFinite) || values.isEmpty
    records[index].state = hasFailed ? .failed : .complete
    records[index].values = hasFailed ? [] : values
    if let observation = observation(records[index]) {
      let place = observations.lastIndex { $0.number < number }.map { $0 + 1 } ?? 0
      observations.insert(observation, at: place)
    }
    try file.finish(
      trial: number, state: hasFailed ? .fail : .complete, values: records[index].values)
  }
}
