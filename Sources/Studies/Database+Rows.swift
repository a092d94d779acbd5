import Configuration
import GRDB

/// The rows of a trial.
extension Database {
  func run(_ statement: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: statement).execute(arguments: arguments)
  }

  func insert(_ parameters: [StudyTrial.Parameter], trial: Int64) throws {
    for parameter in parameters {
      try run(
        "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)",
        [trial, parameter.name, parameter.value, parameter.distribution.text])
    }
  }

  func insert(values: [Double], trial: Int64) throws {
    for (objective, value) in values.enumerated() {
      let stored = StoredNumber(value)
      try run(
        """
        INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?) \
        ON CONFLICT (trial_id, objective) DO UPDATE SET value = excluded.value, \
        value_type = excluded.value_type
        """, [trial, objective, stored.value, stored.type])
    }
  }

  func insert(_ intermediateValues: [Int: Double], trial: Int64) throws {
    for (step, value) in intermediateValues.sorted(by: { $0.key < $1.key }) {
      let stored = StoredNumber(value)
      try run(
        """
        INSERT INTO trial_intermediate_values \
        (trial_id, step, intermediate_value, intermediate_value_type) VALUES (?, ?, ?, ?) \
        ON CONFLICT (trial_id, step) DO UPDATE SET intermediate_value = excluded.intermediate_value, \
        intermediate_value_type = excluded.intermediate_value_type
        """, [trial, step, stored.value, stored.type])
    }
  }

  func insert(
    _ attributes: [String: JSONValue], _ kind: StudyFile.AttributeKind, trial: Int64
  ) throws {
    for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
      try run(
        """
        INSERT INTO trial_\(kind.rawValue)_attributes (trial_id, key, value_json) VALUES (?, ?, ?) \
        ON CONFLICT (trial_id, key) DO UPDATE SET value_json = excluded.value_json
        """, [trial, key, PythonJSON.text(value)])
    }
  }

  /// Of the highest step; nil if there is none, or it is not a number.
  func lastIntermediateValue(trial: Int64) throws -> Double? {
    let row = try Row.fetchOne(
      cachedStatement(
        sql: """
          SELECT intermediate_value, intermediate_value_type FROM trial_intermediate_values \
          WHERE trial_id = ? ORDER BY step DESC LIMIT 1
          """), arguments: [trial])
    let value = row.flatMap { StoredNumber.number($0[0], type: $0[1]) }
    return value?.isNaN == true ? nil : value
  }
}
