import Configuration
import Glibc
import Search
import Training

/// The trials of a search in their file.
package final class Study {
  package let file: StudyFile
  package let name: String

  /// What a study is of, beside its trials.
  static let definitionKey = "hptrain:definition"

  private init(_ file: StudyFile) {
    self.file = file
    name = file.name
  }

  /// Opens the study of a search, or begins it.
  ///
  /// - Throws: `Failure` (78) if the file is the study of something else.
  package static func open(_ path: String, plan: TuningPlan) throws -> (study: Study, isNew: Bool) {
    let definition = definition(of: plan)
    let directions = plan.objectives.map { $0.isMaximized ? "MAXIMIZE" : "MINIMIZE" }
    let isNew = access(path, F_OK) != 0
    if isNew {
      try StudyFile.create(
        path, name: plan.name, directions: directions,
        attributes: [definitionKey: definition.compactText])
    }
    let file = try StudyFile(path, isWritten: true)
    func refuse(_ message: String, help: String) -> Failure {
      Failure(Diagnostic(.error, .configuration, code: "study", message, help: help))
    }
    let help = "name another file with --study, or remove this one"
    if let text = try file.attribute(definitionKey) {
      let found = JSONParser.parse(SourceText(name: path, text)).value
      for key in ["space", "objective", "seeds", "configuration"]
      where found[key]?.compactText != definition[key]?.compactText {
        let what =
          switch key {
          case "space": "another space"
          case "objective": "another objective"
          case "seeds": "another number of seeds"
          default: "another configuration"
          }
        throw refuse("'\(path)' is the study of \(what)", help: help)
      }
    }
    guard try file.directions() == directions else {
      throw refuse("'\(path)' is a study of other directions or objectives", help: help)
    }
    return (Study(file), isNew)
  }

  private static func definition(of plan: TuningPlan) -> JSONValue {
    let members = plan.config.resolvedMembers
    func text(_ key: String) -> JSONValue {
      members.first { $0.key == key }?.value ?? .null
    }
    return .object([
      "format": .string("hptrain-study"), "space": text("space"), "objective": text("objective"),
      "seeds": text("seeds"), "configuration": .string(plan.baseText),
    ])
  }

  /// Makes the folder of a file unless it is there.
  package static func makeFolder(of path: String) throws {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let folder = String(path[..<slash])
    guard access(folder, F_OK) != 0, mkdir(folder, 0o755) != 0, errno != EEXIST else { return }
    throw Failure(
      Diagnostic(
        .error, .cannotCreate, code: "cannot-create",
        "cannot create '\(folder)': \(String(cString: strerror(errno)))"))
  }

  // MARK: - Trials

  /// All trials by number.
  package func records(_ space: TuningSpace) throws -> [TrialRecord] {
    try file.trials().map { Self.record($0, point: space.point(of: $0)) }
  }

  static func record(_ trial: StoredTrial, point: Point?) -> TrialRecord {
    var record = TrialRecord(
      number: trial.number,
      state: TrialRecord.State(rawValue: trial.state.rawValue.lowercased()) ?? .failed,
      point: point, values: trial.values, curve: trial.intermediateValues.map(\.value))
    record.diagnostic = trial.userAttributes[Attribute.error].flatMap(Self.text)
    record.iterations = trial.userAttributes[Attribute.iterations].flatMap { Int($0) }
    return record
  }

  func add(_ point: Point, _ space: TuningSpace) throws -> TrialRecord {
    TrialRecord(
      number: try file.add(space.parameters(of: point)), state: .running, point: point, values: [],
      curve: [])
  }

  func start(_ number: Int, _ point: Point, _ space: TuningSpace) throws {
    try file.start(number, space.parameters(of: point))
  }

  func finish(_ record: TrialRecord, seconds: Double) throws {
    var trial = StoredTrial(
      number: record.number,
      state: StoredTrial.State(rawValue: record.state.rawValue.uppercased()) ?? .failed)
    trial.values = record.values
    // The step is the number of the epoch.
    trial.intermediateValues = record.curve.enumerated().map { ($0 + 1, $1) }
    trial.userAttributes = [
      Attribute.iterations: String(record.iterations ?? 0),
      Attribute.seconds: JSONNumber((seconds * 1000).rounded() / 1000).text,
    ]
    if let deviations = record.deviations {
      trial.userAttributes[Attribute.deviations] =
        JSONValue.array(deviations.map { $0.isFinite ? .number($0) : .null }).compactText
    }
    if let diagnostic = record.diagnostic {
      trial.userAttributes[Attribute.error] = JSONValue.string(diagnostic).compactText
    }
    try file.finish(trial)
  }

  private enum Attribute {
    static let iterations = "iterations"
    static let seconds = "seconds"
    static let deviations = "deviations"
    static let error = "error"
  }

  private static func text(_ json: String) -> String? {
    JSONParser.parse(SourceText(name: "attribute", json)).value.string
  }
}

extension TuningSpace {
  /// The hyperparameters of a point as they are stored.
  func parameters(of point: Point) -> [(name: String, StoredTrial.Parameter)] {
    zip(places, point.values).compactMap { place, value in
      value.map { (place.name, .init(value: $0, distribution: distribution(of: place))) }
    }
  }

  /// The point of a trial; `nil` if it lacks a hyperparameter, or has a value that the space does not have.
  func point(of trial: StoredTrial) -> Point? {
    var values: [Double?] = []
    for (index, place) in places.enumerated() {
      guard search.isActive(index, in: values) else {
        values.append(nil)
        continue
      }
      guard let parameter = trial.parameters[place.name] else { return nil }
      let distribution = distribution(of: place)
      guard case .category = distribution.domain else {
        values.append(parameter.value)
        continue
      }
      let stored = parameter.distribution.choices
      guard stored.indices.contains(Int(parameter.value)),
        let index = distribution.choices.firstIndex(of: stored[Int(parameter.value)])
      else { return nil }
      values.append(Double(index))
    }
    return Point(values)
  }

  private func distribution(of place: Place) -> Distribution {
    guard case .category(let count) = place.domain else {
      return Distribution(domain: place.domain)
    }
    // Optuna knows null, booleans, numbers and texts: a layer is the text of its JSON.
    let choices = (0..<count).map { index in
      let value = place.value(of: Double(index))
      return value.items == nil && value.members == nil
        ? value.compactText : JSONValue.string(value.compactText).compactText
    }
    return Distribution(domain: place.domain, choices: choices)
  }
}
