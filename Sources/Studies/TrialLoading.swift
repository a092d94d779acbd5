import Configuration
import GRDB

/// Reads trials, table by table. Bytes of a file may be anything: each value is looked at before it is used.
struct TrialLoading {
  private let file: StudyFile
  private let database: Database
  private let condition: String
  private var trials: [StudyTrial] = []
  private var places: [Int64: Int] = [:]
  /// Most trials have the same ones.
  private var distributions: [String: Distribution] = [:]

  init(_ file: StudyFile, _ database: Database, _ condition: String?) {
    self.file = file
    self.database = database
    self.condition = "study_id = \(file.identifier)" + (condition.map { " AND (\($0))" } ?? "")
  }

  /// By number.
  mutating func load() throws -> [StudyTrial] {
    try loadTrials()
    guard !trials.isEmpty else { return [] }
    try loadParameters()
    try loadValues()
    try loadIntermediateValues()
    try loadAttributes(.user, \.userAttributes)
    try loadAttributes(.system, \.systemAttributes)
    return trials.sorted { ($0.number, $0.identifier) < ($1.number, $1.identifier) }
  }

  private mutating func loadTrials() throws {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials \
        WHERE \(condition) ORDER BY trial_id
        """)
    while let row = try rows.next() {
      let identifier = Int64.fromDatabaseValue(row[0]) ?? 0
      guard let number = Int.fromDatabaseValue(row[1]), number >= 0 else {
        throw damage("the trial with the identity \(identifier) has no number")
      }
      guard let state = String.fromDatabaseValue(row[2]).flatMap(StudyTrial.State.init(rawValue:))
      else { throw damage("trial \(number) has the state '\(row[2] as DatabaseValue)'") }
      places[identifier] = trials.count
      trials.append(
        StudyTrial(
          identifier: identifier, number: number, state: state, parameters: [], values: [],
          intermediateValues: [:], userAttributes: [:], systemAttributes: [:],
          startDate: String.fromDatabaseValue(row[3]),
          completionDate: String.fromDatabaseValue(row[4])))
    }
  }

  private mutating func loadParameters() throws {
    let rows = try rows(
      "param_name, param_value, distribution_json", of: "trial_params", by: "param_id")
    while let (place, row) = try rows.next() {
      guard let name = String.fromDatabaseValue(row[1]) else {
        throw damage("a hyperparameter of trial \(trials[place].number) has no name")
      }
      guard let text = String.fromDatabaseValue(row[3]), let distribution = distribution(text)
      else {
        throw damage(
          "the hyperparameter '\(name)' of trial \(trials[place].number) has an unknown distribution"
        )
      }
      let value: DatabaseValue = row[2]
      guard value.isNull || Double.fromDatabaseValue(value) != nil else {
        throw damage("the hyperparameter '\(name)' of trial \(trials[place].number) is no number")
      }
      trials[place].parameters.append(
        StudyTrial.Parameter(name, Double.fromDatabaseValue(value) ?? .nan, distribution))
    }
  }

  private mutating func distribution(_ text: String) -> Distribution? {
    if let known = distributions[text] { return known }
    let distribution = Distribution(text: text)
    distributions[text] = distribution
    return distribution
  }

  private mutating func loadValues() throws {
    let rows = try rows("objective, value, value_type", of: "trial_values", by: "objective")
    while let (place, row) = try rows.next() {
      guard Int.fromDatabaseValue(row[1]) == trials[place].values.count,
        let value = StoredNumber.number(row[2], type: row[3]), !value.isNaN
      else {
        throw damage("the values of trial \(trials[place].number) are not those of objectives")
      }
      trials[place].values.append(value)
    }
  }

  private mutating func loadIntermediateValues() throws {
    let rows = try rows(
      "step, intermediate_value, intermediate_value_type", of: "trial_intermediate_values", by: nil)
    while let (place, row) = try rows.next() {
      guard let step = Int.fromDatabaseValue(row[1]),
        let value = StoredNumber.number(row[2], type: row[3])
      else { throw damage("an intermediate value of trial \(trials[place].number) is no number") }
      trials[place].intermediateValues[step] = value
    }
  }

  private mutating func loadAttributes(
    _ kind: StudyFile.AttributeKind, _ attributes: WritableKeyPath<StudyTrial, [String: JSONValue]>
  ) throws {
    let rows = try rows("key, value_json", of: "trial_\(kind.rawValue)_attributes", by: nil)
    while let (place, row) = try rows.next() {
      let (key, value) = try file.attribute(row[1], row[2], of: "trial \(trials[place].number)")
      trials[place][keyPath: attributes][key] = value
    }
  }

  /// Rows of a table with the places of their trials; those of no trial are passed over.
  private func rows(
    _ columns: String, of table: String, by order: String?
  ) throws -> some Cursor<(place: Int, row: Row)> {
    try Row.fetchCursor(
      database,
      sql: """
        SELECT trial_id, \(columns) FROM \(table) WHERE trial_id IN (SELECT trial_id FROM trials \
        WHERE \(condition))\(order.map { " ORDER BY trial_id, \($0)" } ?? "")
        """
    ).compactMap { [places] row in
      Int64.fromDatabaseValue(row[0]).flatMap { places[$0] }.map { (place: $0, row: row) }
    }
  }

  private func damage(_ reason: String) -> Failure { Failure.damagedStudy(file.path, reason) }
}
