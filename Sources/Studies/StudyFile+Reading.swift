import Configuration
import GRDB

extension StudyFile {
  /// All trials by number.
  package func trials() throws -> [StudyTrial] {
    try read { try load($0) }
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
  func load(_ database: Database, where condition: String? = nil) throws -> [StudyTrial] {
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
