import Configuration
import GRDB

extension StudyFile {
  /// How many trials there are in each state.
  package struct Summary: Sendable, Equatable {
    package var counts: [StudyTrial.State: Int]

    package var total: Int { counts.values.reduce(0, +) }

    package subscript(_ state: StudyTrial.State) -> Int { counts[state] ?? 0 }
  }

  package func summary() throws -> Summary {
    try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT state, COUNT(*) FROM trials WHERE study_id = ? GROUP BY state",
        arguments: [identifier])
      let counts = try rows.map { row in
        guard
          let state = String.fromDatabaseValue(row[0]).flatMap(StudyTrial.State.init(rawValue:)),
          let count = Int.fromDatabaseValue(row[1])
        else {
          throw Failure.damagedStudy(path, "a trial has the state '\(row[0] as DatabaseValue)'")
        }
        return (state, count)
      }
      return Summary(counts: Dictionary(counts) { $0 + $1 })
    }
  }

  /// All trials by number.
  package func trials() throws -> [StudyTrial] {
    try read { try load($0, where: nil) }
  }

  /// Brings trials that were read before up to date: those that had not ended are read again, and new ones added.
  ///
  /// - Parameter trials: by number, as `trials()` gave them.
  package func update(_ trials: inout [StudyTrial]) throws {
    let last = trials.map(\.identifier).max() ?? 0
    let open = trials.filter { !$0.state.isFinished }.map { String($0.identifier) }
    let changed = try read {
      try load($0, where: "trial_id > \(last) OR trial_id IN (\(open.joined(separator: ", ")))")
    }
    var places = Dictionary(trials.indices.map { (trials[$0].identifier, $0) }) { $1 }
    for trial in changed {
      if let place = places[trial.identifier] {
        trials[place] = trial
      } else {
        places[trial.identifier] = trials.count
        trials.append(trial)
      }
    }
    trials.sort { ($0.number, $0.identifier) < ($1.number, $1.identifier) }
  }

  /// The attributes of the study.
  package func attributes(_ kind: AttributeKind) throws -> [String: JSONValue] {
    try read { database in
      var attributes: [String: JSONValue] = [:]
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT key, value_json FROM study_\(kind.rawValue)_attributes WHERE study_id = ?",
        arguments: [identifier])
      while let row = try rows.next() {
        let (key, value) = try attribute(row[0], row[1], of: "the study")
        attributes[key] = value
      }
      return attributes
    }
  }

  /// - Parameter condition: of `trial_id`; nil for all.
  func load(_ database: Database, where condition: String?) throws -> [StudyTrial] {
    var loading = TrialLoading(self, database, condition)
    return try loading.load()
  }

  func attribute(_ key: DatabaseValue, _ text: DatabaseValue, of owner: String) throws -> (
    String, JSONValue
  ) {
    guard let key = String.fromDatabaseValue(key) else {
      throw Failure.damagedStudy(path, "an attribute of \(owner) has no name")
    }
    guard let value = String.fromDatabaseValue(text).flatMap(PythonJSON.value) else {
      throw Failure.damagedStudy(path, "the attribute '\(key)' of \(owner) is no JSON")
    }
    return (key, value)
  }
}
