import Configuration
import Datasets
import Glibc
import Search
import Studies
import Training

/// The trials of a search in their file.
package final class Study {
  package let file: StudyFile

  /// What a study is of, beside its trials.
  static let definitionKey = "hptrain:definition"

  /// What the files of the data were when a study began.
  static let dataKey = "hptrain:data"

  private init(_ file: StudyFile) { self.file = file }

  /// Opens the study of a search, or begins it, and takes the lock of whoever runs it.
  ///
  /// - Parameter name: which study of the file, or that of a new one; it may be left out where there is one.
  /// - Throws: `Failure` (78) if the file is the study of something else, (65) if its data has changed.
  package static func open(
    _ path: String, plan: TuningPlan, name: String? = nil
  ) throws -> (study: Study, isNew: Bool) {
    let definition = definition(of: plan)
    let directions = plan.objectives.map { $0.isMaximized ? Direction.maximize : .minimize }
    if access(path, F_OK) != 0 {
      try OutputFile.makeFolders(around: path)
      if let file = try created(path, name ?? plan.name, directions, definition, plan) {
        try file.lockForRunning()
        return (Study(file), true)
      }
    }
    let file = try StudyFile.open(path: path, name: name)
    let attributes = try file.attributes(.system)
    func refuse(_ message: String) -> Failure {
      Failure(
        Diagnostic(
          .error, .configuration, code: "study", message,
          help: "name another file with --study, or remove this one"))
    }
    if let found = attributes[definitionKey] {
      if let difference = difference(of: found, from: definition) {
        throw refuse("'\(path)' is the study of another \(difference)")
      }
    } else if let name = plan.space.misfit(try file.trials()) {
      throw refuse("'\(path)' has trials that chose '\(name)' from something else")
    }
    guard file.directions == directions else {
      throw refuse("'\(path)' is a study of other directions or objectives")
    }
    // Studies of Optuna and of earlier versions say nothing of their data.
    let changes = try attributes[dataKey].map { try plan.dataChanges(since: $0) } ?? []
    guard changes.isEmpty else { throw Failure(changes) }
    try file.lockForRunning()
    return (Study(file), false)
  }

  /// Makes the file of a study; `nil` if another process has done so meanwhile.
  private static func created(
    _ path: String, _ name: String, _ directions: [Direction], _ definition: JSONValue,
    _ plan: TuningPlan
  ) throws -> StudyFile? {
    let attributes = [definitionKey: definition, dataKey: try plan.dataFingerprint()]
    do {
      return try StudyFile.create(
        path: path, name: name, directions: directions, systemAttributes: attributes)
    } catch let failure as Failure where failure.diagnostics.first?.code == "already-there" {
      return nil
    }
  }

  /// What a study was made with that is not so in a search, and in which settings; nil if both agree.
  private static func difference(of found: JSONValue, from definition: JSONValue) -> String? {
    guard found["space"] != nil else {
      return "kind: who asks for settings makes the trials of it"
    }
    for key in ["space", "objective", "seeds", "folds", "configuration"]
    where found[key]?.compactText != definition[key]?.compactText {
      let name = ["seeds", "folds"].contains(key) ? "number of \(key)" : key
      guard let before = found[key]?.string, let now = definition[key]?.string else { return name }
      let changes = StudyChanges(from: before, to: now)
      // A configuration with its keys in another order is the same one.
      if key == "configuration", changes.isEmpty { continue }
      return name + changes.text
    }
    return nil
  }

  /// - Throws: `Failure` (78) if the study says that it was made with another search.
  static func check(_ definition: JSONValue?, is plan: TuningPlan) throws {
    guard let definition,
      let difference = difference(of: definition, from: Self.definition(of: plan))
    else { return }
    throw Failure(
      Diagnostic(
        .error, .configuration, code: "study", "the study was made with another \(difference)",
        help: "name the configuration as it was tuned, with every --set"))
  }

  /// A number that is the same for the same search of the same configuration: a checksum.
  package static func identity(of plan: TuningPlan) -> Int {
    Array(definition(of: plan).compactText.utf8).withUnsafeBytes { Int(Checksum.crc32($0)) }
  }

  private static func definition(of plan: TuningPlan) -> JSONValue {
    definition(of: plan.config, seed: plan.seed, configuration: plan.baseText)
  }

  /// - Parameter configuration: that the points of the space are put into; `nil` if whoever asks for settings knows it.
  static func definition(
    of config: TuningConfig, seed: Int, configuration: String?
  ) -> JSONValue {
    let common: [JSONMember] = [
      JSONMember("format", .string("hptrain-study")), JSONMember("seed", .integer(seed)),
      JSONMember("tuning", .string(config.json.compactText)),
    ]
    guard let configuration else { return .object(common) }
    let members = config.resolvedMembers
    let texts = ["folds", "space", "objective", "seeds"].map { key in
      // As a text, so that numbers are compared as they were written.
      JSONMember(
        key, .string((members.first { $0.key == key }?.value ?? .null).compactText))
    }
    return .object(common + texts + [JSONMember("configuration", .string(configuration))])
  }

  // MARK: - Trials

  /// All trials by number.
  package func records(_ space: TuningSpace) throws -> [TrialRecord] {
    try file.trials().map { Self.record($0, point: space.point(of: $0)) }
  }

  static func record(_ trial: StudyTrial, point: Point?) -> TrialRecord {
    var record = TrialRecord(
      number: trial.number, state: TrialRecord.State(trial.state), point: point,
      values: trial.values,
      curve: trial.intermediateValues.sorted { $0.key < $1.key }.map(\.value),
      isFeasible: trial.isFeasible)
    record.diagnostic = trial.userAttributes[Attribute.error]?.string
    record.iterations = trial.userAttributes[Attribute.iterations]?.integer
    record.adapted = trial.userAttributes[Attribute.adapted]?.members ?? []
    record.parent = trial.userAttributes[Attribute.parent]?.integer
    return record
  }

  func add(_ point: Point, _ space: TuningSpace) throws -> TrialRecord {
    TrialRecord(
      number: try file.addTrial(space.parameters(of: point)), state: .running, point: point)
  }

  /// Begins the first trial that waits.
  ///
  /// - Parameter proposed: where it has no values of its own.
  func startWaiting(_ proposed: Point, _ space: TuningSpace) throws -> Point? {
    guard let trial = try file.startWaiting() else { return nil }
    let point = space.point(proposed, with: trial.fixedParameters ?? [:])
    try file.setParameters(space.parameters(of: point), of: trial.number)
    return point
  }

  func finish(_ record: TrialRecord, seconds: Double) throws {
    var attributes: [String: JSONValue] = [
      Attribute.iterations: .integer(record.iterations ?? 0),
      Attribute.seconds: .number((seconds * 1000).rounded() / 1000),
    ]
    if let deviations = record.deviations {
      attributes[Attribute.deviations] = .array(
        deviations.map { $0.isFinite ? .number($0) : .null })
    }
    if !record.adapted.isEmpty { attributes[Attribute.adapted] = .object(record.adapted) }
    attributes[Attribute.parent] = record.parent.map { .integer($0) }
    attributes[Attribute.error] = record.diagnostic.map { .string($0) }
    // The step is the number of the epoch.
    let curve = Dictionary(uniqueKeysWithValues: record.curve.enumerated().map { ($0 + 1, $1) })
    try file.finish(
      trial: record.number, state: record.state.stored,
      values: record.state == .complete ? record.values : [], intermediateValues: curve,
      userAttributes: attributes)
  }

  private enum Attribute {
    static let iterations = "iterations"
    static let seconds = "seconds"
    static let deviations = "deviations"
    static let error = "error"
    static let parent = "parent"
    static let adapted = "adapted"
  }
}

extension TrialRecord.State {
  fileprivate init(_ stored: StudyTrial.State) {
    self =
      switch stored {
      case .running: .running
      case .complete: .complete
      case .pruned: .pruned
      case .fail: .failed
      case .waiting: .waiting
      }
  }

  fileprivate var stored: StudyTrial.State {
    switch self {
    case .running: .running
    case .complete: .complete
    case .pruned: .pruned
    case .failed: .fail
    case .waiting: .waiting
    }
  }
}
