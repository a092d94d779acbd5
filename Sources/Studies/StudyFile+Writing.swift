import Configuration
import GRDB

extension StudyFile {
  /// What is kept beside the results, for users of Optuna to see or for programs.
  package enum AttributeKind: String, Sendable {
    case user, system
  }

  /// Adds a trial, which runs unless another state is given.
  ///
  /// - Parameters:
  ///   - values: of a complete or pruned trial that comes from elsewhere.
  /// - Returns: its number: the count of trials before it.
  package func addTrial(
    _ parameters: [StudyTrial.Parameter] = [], state: StudyTrial.State = .running,
    values: [Double] = [], intermediateValues: [Int: Double] = [:],
    userAttributes: [String: JSONValue] = [:], systemAttributes: [String: JSONValue] = [:]
  ) throws -> Int {
    let now = StudyDate.now()
    let (number, trial) = try write { database in
      // The last one's number and one more is the count of those before, and unlike that no number is given twice
      // in a file from which a trial was deleted.
      let last = try Row.fetchOne(
        database.cachedStatement(
          sql: "SELECT number FROM trials WHERE study_id = ? ORDER BY trial_id DESC LIMIT 1"),
        arguments: [identifier])
      let number = try last.map { row in
        guard let last = Int.fromDatabaseValue(row[0]), last < Int.max else {
          throw Failure.damagedStudy(path, "a trial has no number")
        }
        return last + 1
      }
      try database.run(
        """
        INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) \
        VALUES (?, ?, ?, ?, ?)
        """,
        [
          number ?? 0, identifier, state.rawValue, state == .waiting ? nil : now,
          state.isFinished ? now : nil,
        ])
      let trial = database.lastInsertedRowID
      try database.insert(parameters, trial: trial)
      try database.insert(values: values, trial: trial)
      try database.insert(intermediateValues, trial: trial)
      try database.insert(userAttributes, .user, trial: trial)
      try database.insert(systemAttributes, .system, trial: trial)
      return (number ?? 0, trial)
    }
    remember(number, trial)
    return number
  }

  /// Adds a trial that waits, with the values that it shall have, as Optuna's `enqueue_trial` does.
  package func enqueue(
    _ fixed: KeyValuePairs<String, ChoiceValue>, userAttributes: [String: JSONValue] = [:]
  ) throws -> Int {
    let members = try fixed.map { name, value in
      guard let json = PythonJSON.value(value.pythonText) else {
        throw Failure.trial("invalid-value", "the value of '\(name)' is no JSON")
      }
      return JSONMember(name, json)
    }
    return try addTrial(
      state: .waiting, userAttributes: userAttributes,
      systemAttributes: [StudyTrial.fixedParametersKey: .object(members)])
  }

  /// Begins the first trial that waits; nil if none does.
  package func startWaiting() throws -> StudyTrial? {
    try write { database in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT trial_id FROM trials WHERE study_id = ? AND state = 'WAITING' ORDER BY trial_id LIMIT 1
          """, arguments: [identifier])
      guard let trial = row.flatMap({ Int64.fromDatabaseValue($0[0]) }) else { return nil }
      try database.run(
        "UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ?",
        [StudyDate.now(), trial])
      return try load(database, where: "trial_id = \(trial)").first
    }
  }

  /// Adds the values that were drawn for a trial.
  package func setParameters(_ parameters: [StudyTrial.Parameter], of number: Int) throws {
    try change(number) { try $0.insert(parameters, trial: $1) }
  }

  /// Ends a trial, with all else that came out of it, in one transaction.
  ///
  /// As with Optuna, a value that is not a number makes it a failed trial without values, and a pruned trial without
  /// a value gets its last intermediate one.
  ///
  /// - Parameter values: one for each objective of a complete trial.
  /// - Returns: the state that it has now.
  @discardableResult
  package func finish(
    trial number: Int, state: StudyTrial.State, values: [Double] = [],
    intermediateValues: [Int: Double] = [:], userAttributes: [String: JSONValue] = [:],
    systemAttributes: [String: JSONValue] = [:]
  ) throws -> StudyTrial.State {
    guard state.isFinished else {
      throw Failure.trial("not-an-end", "'\(state.rawValue)' does not end a trial")
    }
    if state == .complete
      ? values.count != directions.count : ![0, directions.count].contains(values.count)
    {
      throw Failure.trial(
        "objective-count",
        "trial \(number) has \(Spelling.count(values.count, "value")), but the study '\(name)' has "
          + Spelling.count(directions.count, "objective"))
    }
    let isFailed = state == .fail || values.contains(where: \.isNaN)
    let end: StudyTrial.State = isFailed ? .fail : state
    try change(number, isEnded: true) { database, trial in
      try database.insert(intermediateValues, trial: trial)
      try database.insert(userAttributes, .user, trial: trial)
      try database.insert(systemAttributes, .system, trial: trial)
      var values = isFailed ? [] : values
      if end == .pruned, values.isEmpty, directions.count == 1 {
        values = try database.lastIntermediateValue(trial: trial).map { [$0] } ?? []
      }
      try database.insert(values: values, trial: trial)
      try database.run(
        "UPDATE trials SET state = ?, datetime_complete = ? WHERE trial_id = ?",
        [end.rawValue, StudyDate.now(), trial])
    }
    return end
  }

  /// Changes a trial that has not ended: Optuna does not look again at one that has.
  private func change(
    _ number: Int, isEnded: Bool = false, _ body: (Database, Int64) throws -> Void
  ) throws {
    let known = state.withLock { $0.trials[number] }
    let trial = try write { database in
      let row = try Row.fetchOne(
        database.cachedStatement(
          sql: known == nil
            ? """
            SELECT state, trial_id FROM trials WHERE study_id = ? AND number = ? ORDER BY trial_id LIMIT 1
            """ : "SELECT state, trial_id FROM trials WHERE study_id = ? AND trial_id = ?"),
        arguments: [identifier, known ?? Int64(number)])
      guard let row, let trial = Int64.fromDatabaseValue(row[1]) else {
        throw Failure.trial("unknown-trial", "the study '\(name)' has no trial \(number)")
      }
      let text = String.fromDatabaseValue(row[0]) ?? ""
      guard let state = StudyTrial.State(rawValue: text) else {
        throw Failure.damagedStudy(path, "trial \(number) has the state '\(text)'")
      }
      guard !state.isFinished else {
        throw Failure.trial(
          "trial-ended", "trial \(number) of the study '\(name)' has ended already: \(text)",
          help: "what has ended is not changed; add another trial")
      }
      if isEnded, state == .waiting {
        throw Failure.trial("trial-waits", "trial \(number) of the study '\(name)' has not begun")
      }
      try body(database, trial)
      return trial
    }
    if known == nil { remember(number, trial) }
  }

  private func remember(_ number: Int, _ trial: Int64) {
    state.withLock { $0.trials[number] = trial }
  }
}
