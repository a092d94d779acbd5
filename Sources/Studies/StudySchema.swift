/// The tables of Optuna 5.0.0's storage in SQLite.
enum StudySchema {
  /// The revision of the tables, by which Optuna decides whether it opens a file.
  static let revision = "v3.2.0.a"

  static let tables = [
    "alembic_version", "studies", "study_directions", "study_system_attributes",
    "study_user_attributes", "trial_heartbeats", "trial_intermediate_values", "trial_params",
    "trial_system_attributes", "trial_user_attributes", "trial_values", "trials", "version_info",
  ]

  static let statements =
    """
    CREATE TABLE studies (
      study_id INTEGER NOT NULL, study_name VARCHAR(512) NOT NULL, PRIMARY KEY (study_id));
    CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
    CREATE TABLE version_info (
      version_info_id INTEGER NOT NULL, schema_version INTEGER, library_version VARCHAR(256),
      PRIMARY KEY (version_info_id), CHECK (version_info_id=1));
    CREATE TABLE study_directions (
      study_direction_id INTEGER NOT NULL, direction VARCHAR(8) NOT NULL, study_id INTEGER NOT NULL,
      objective INTEGER NOT NULL, PRIMARY KEY (study_direction_id), UNIQUE (study_id, objective),
      FOREIGN KEY(study_id) REFERENCES studies (study_id));
    CREATE TABLE trials (
      trial_id INTEGER NOT NULL, number INTEGER, study_id INTEGER, state VARCHAR(8) NOT NULL,
      datetime_start DATETIME, datetime_complete DATETIME, PRIMARY KEY (trial_id),
      FOREIGN KEY(study_id) REFERENCES studies (study_id));
    CREATE INDEX ix_trials_study_id ON trials (study_id);
    CREATE TABLE trial_params (
      param_id INTEGER NOT NULL, trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT,
      distribution_json TEXT, PRIMARY KEY (param_id), UNIQUE (trial_id, param_name),
      FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
    CREATE TABLE trial_values (
      trial_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, objective INTEGER NOT NULL, value FLOAT,
      value_type VARCHAR(7) NOT NULL, PRIMARY KEY (trial_value_id), UNIQUE (trial_id, objective),
      FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
    CREATE TABLE trial_intermediate_values (
      trial_intermediate_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, step INTEGER NOT NULL,
      intermediate_value FLOAT, intermediate_value_type VARCHAR(7) NOT NULL,
      PRIMARY KEY (trial_intermediate_value_id), UNIQUE (trial_id, step),
      FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
    CREATE TABLE trial_heartbeats (
      trial_heartbeat_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, heartbeat DATETIME NOT NULL,
      PRIMARY KEY (trial_heartbeat_id), UNIQUE (trial_id),
      FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
    CREATE TABLE alembic_version (
      version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
    INSERT INTO version_info VALUES (1, 12, '5.0.0');
    INSERT INTO alembic_version VALUES ('\(revision)');
    """
    + [("study", "user"), ("study", "system"), ("trial", "user"), ("trial", "system")]
    .map { owner, kind in
      let owners = owner == "study" ? "studies" : "trials"
      return """

        CREATE TABLE \(owner)_\(kind)_attributes (
          \(owner)_\(kind)_attribute_id INTEGER NOT NULL, \(owner)_id INTEGER, "key" VARCHAR(512),
          value_json TEXT, PRIMARY KEY (\(owner)_\(kind)_attribute_id), UNIQUE (\(owner)_id, "key"),
          FOREIGN KEY(\(owner)_id) REFERENCES \(owners) (\(owner)_id));
        """
    }.joined()

  /// How a revision compares with the known one; nil for what is no revision.
  static func isOlder(_ other: String) -> Bool? {
    guard let other = parts(other), let known = parts(revision) else { return nil }
    return other.lexicographicallyPrecedes(known)
  }

  /// `v3.2.0.a` is 3, 2, 0, and the code of `a`.
  private static func parts(_ revision: String) -> [Int]? {
    let words = revision.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    guard revision.first == "v", words.count == 4, let letter = words[3].utf8.first else {
      return nil
    }
    let numbers = words[..<3].compactMap { Int($0) }
    return numbers.count == 3 ? numbers + [Int(letter)] : nil
  }
}
