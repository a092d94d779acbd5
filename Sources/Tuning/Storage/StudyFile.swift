import Configuration
import GRDB
import Glibc

/// The file of a study: an SQLite database in the schema of Optuna's storage.
///
/// Each change is a transaction, so that a process that is killed leaves whole trials. The file is in SQLite's
/// write-ahead mode while it is open, in which others may read, and one file again when it is closed.
package final class StudyFile {
  package let path: String
  package private(set) var name = ""
  private var identifier: Int64 = 0
  private let database: DatabaseQueue

  /// How long another program's transaction is waited for, in seconds.
  private static let patience = 10.0

  // MARK: - Opening

  /// Makes a file with one study, which must not exist.
  ///
  /// - Parameters:
  ///   - directions: `MINIMIZE` or `MAXIMIZE`, one for each objective.
  ///   - attributes: JSON texts of the study, which Optuna's users do not see.
  /// - Throws: `Failure` if the file exists or cannot be created.
  package static func create(
    _ path: String, name: String, directions: [String], attributes: [String: String]
  ) throws {
    let temporary = "\(path).\(getpid()).part"
    unlink(temporary)
    // A file gets its name when all of it is there.
    defer { for ending in ["", "-journal", "-wal", "-shm"] { unlink(temporary + ending) } }
    try translating(path) {
      do {
        let database = try DatabaseQueue(path: temporary)
        try database.write { database in
          for statement in StudySchema.statements { try database.execute(sql: statement) }
          try database.execute(
            sql: "INSERT INTO studies (study_id, study_name) VALUES (1, ?)", arguments: [name])
          for (index, direction) in directions.enumerated() {
            try database.execute(
              sql:
                "INSERT INTO study_directions (direction, study_id, objective) VALUES (?, 1, ?)",
              arguments: [direction, index])
          }
          for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
            try database.execute(
              sql:
                "INSERT INTO study_system_attributes (study_id, key, value_json) VALUES (1, ?, ?)",
              arguments: [key, value])
          }
        }
        try database.close()
      }
      guard link(temporary, path) == 0 else {
        throw Failure(
          Diagnostic(
            .error, .cannotCreate, code: "cannot-create",
            "cannot create '\(path)': \(String(cString: strerror(errno)))"))
      }
    }
  }

  /// Opens a file that exists.
  ///
  /// - Parameters:
  ///   - name: of the study; it may be left out where there is one.
  ///   - isWritten: whether trials are added, for which the file is looked through first.
  /// - Throws: `Failure`: 66 if it cannot be read, 78 if it is damaged, of another version or no study.
  package init(_ path: String, name: String? = nil, isWritten: Bool) throws {
    self.path = path
    guard access(path, R_OK) == 0 else {
      throw Failure(
        Diagnostic(
          .error, .unreadable, code: "unreadable",
          "cannot read '\(path)': \(String(cString: strerror(errno)))"))
    }
    var configuration = GRDB.Configuration()
    configuration.readonly = !isWritten
    configuration.busyMode = .timeout(Self.patience)
    configuration.foreignKeysEnabled = false
    database = try Self.translating(path) {
      try DatabaseQueue(path: path, configuration: configuration)
    }
    try Self.translating(path) {
      try database.inDatabase { try Self.check($0, path, isWritten: isWritten) }
    }
    (identifier, self.name) = try find(name)
    if isWritten {
      try Self.translating(path) {
        try database.inDatabase { database in
          // Killed, it loses nothing; without power, the last trials at most.
          try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        }
      }
    }
  }

  deinit { try? close() }

  /// Makes the file one file again. Others that have it open may hinder that, and it stays sound.
  package func close() throws {
    try? database.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try Self.translating(path) { try database.close() }
  }

  private static func check(_ database: Database, _ path: String, isWritten: Bool) throws {
    func refuse(_ message: String, help: String? = nil) -> Failure {
      Failure(Diagnostic(.error, .configuration, code: "study", message, help: help))
    }
    guard try database.tableExists("alembic_version"), try database.tableExists("trials") else {
      throw refuse(
        "'\(path)' is a database, but no study",
        help: "name another file for the study; this one stays as it is")
    }
    let revision = try String.fetchOne(database, sql: "SELECT version_num FROM alembic_version")
    guard revision == StudySchema.revision else {
      throw refuse(
        "'\(path)' was written by another version of Optuna: its schema is "
          + "'\(revision ?? "unknown")', not '\(StudySchema.revision)'",
        help: "'optuna storage upgrade' brings older files up to date")
    }
    guard isWritten else { return }
    let found = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
    if let found, found != "ok" {
      throw refuse("'\(path)' is damaged: \(found)", help: "it is left as it is; begin another")
    }
  }

  private func find(_ name: String?) throws -> (Int64, String) {
    let studies = try read { database in
      try Row.fetchAll(database, sql: "SELECT study_id, study_name FROM studies ORDER BY study_id")
        .map { (identifier: $0[0] as Int64, name: $0[1] as String) }
    }
    func refuse(_ message: String) -> Failure {
      let names = studies.map { "'\($0.name)'" }.joined(separator: ", ")
      return Failure(
        Diagnostic(
          .error, .configuration, code: "study", message,
          help: studies.isEmpty ? nil : "there is \(names); choose with --name"))
    }
    if let name {
      guard let study = studies.first(where: { $0.name == name }) else {
        throw refuse("'\(path)' has no study '\(name)'")
      }
      return study
    }
    guard studies.count == 1, let study = studies.first else {
      throw refuse(
        studies.isEmpty ? "'\(path)' has no study" : "'\(path)' has \(studies.count) studies")
    }
    return study
  }

  // MARK: - Reading

  package func directions() throws -> [String] {
    try read {
      try String.fetchAll(
        $0, sql: "SELECT direction FROM study_directions WHERE study_id = ? ORDER BY objective",
        arguments: [identifier])
    }
  }

  /// A JSON text of the study that Optuna's users do not see.
  package func attribute(_ key: String) throws -> String? {
    try read {
      try String.fetchOne(
        $0, sql: "SELECT value_json FROM study_system_attributes WHERE study_id = ? AND key = ?",
        arguments: [identifier, key])
    }
  }

  /// All trials by number.
  package func trials() throws -> [StoredTrial] {
    try read { database in
      var trials: [StoredTrial] = []
      var places: [Int64: Int] = [:]
      var distributions: [String: Distribution?] = [:]
      let rows = try Row.fetchCursor(
        database,
        sql:
          "SELECT trial_id, number, state FROM trials WHERE study_id = ? ORDER BY number, trial_id",
        arguments: [identifier])
      while let row = try rows.next() {
        places[row[0]] = trials.count
        trials.append(
          StoredTrial(
            number: row[1], state: StoredTrial.State(rawValue: row[2]) ?? .failed))
      }
      func each(_ columns: String, of table: String, by order: String, _ body: (Int, Row) -> Void)
        throws
      {
        let rows = try Row.fetchCursor(
          database,
          sql: """
            SELECT trial_id, \(columns) FROM \(table) WHERE trial_id IN \
            (SELECT trial_id FROM trials WHERE study_id = ?) ORDER BY trial_id, \(order)
            """, arguments: [identifier])
        while let row = try rows.next() {
          if let place = places[row[0]] { body(place, row) }
        }
      }
      try each("param_name, param_value, distribution_json", of: "trial_params", by: "param_id") {
        let text: String = $1[3]
        let distribution = distributions[text] ?? Distribution(text)
        distributions[text] = distribution
        if let distribution {
          trials[$0].parameters[$1[1]] = .init(value: $1[2], distribution: distribution)
        }
      }
      try each("value, value_type", of: "trial_values", by: "objective") {
        trials[$0].values.append(StoredNumber.value($1[1], type: $1[2]))
      }
      try each(
        "step, intermediate_value, intermediate_value_type", of: "trial_intermediate_values",
        by: "step"
      ) {
        trials[$0].intermediateValues.append(($1[1], StoredNumber.value($1[2], type: $1[3])))
      }
      try each("key, value_json", of: "trial_user_attributes", by: "key") {
        trials[$0].userAttributes[$1[1]] = $1[2]
      }
      return trials
    }
  }

  // MARK: - Writing

  /// Adds a trial that runs.
  ///
  /// - Returns: its number, which is the count of trials before it.
  package func add(_ parameters: [(name: String, StoredTrial.Parameter)]) throws -> Int {
    try write { database in
      let number =
        try Int.fetchOne(
          database, sql: "SELECT COUNT(*) FROM trials WHERE study_id = ?", arguments: [identifier])
        ?? 0
      try database.execute(
        sql: """
          INSERT INTO trials (number, study_id, state, datetime_start) VALUES (?, ?, 'RUNNING', \
          strftime('%Y-%m-%d %H:%M:%f000', 'now', 'localtime'))
          """, arguments: [number, identifier])
      try insert(parameters, database.lastInsertedRowID, database)
      return number
    }
  }

  /// Begins a trial that waits, or that was begun before.
  package func start(
    _ number: Int, _ parameters: [(name: String, StoredTrial.Parameter)]
  ) throws {
    try write { database in
      let trial = try identifier(of: number, database)
      try database.execute(
        sql: """
          UPDATE trials SET state = 'RUNNING', \
          datetime_start = strftime('%Y-%m-%d %H:%M:%f000', 'now', 'localtime') WHERE trial_id = ?
          """, arguments: [trial])
      try database.execute(sql: "DELETE FROM trial_params WHERE trial_id = ?", arguments: [trial])
      try insert(parameters, trial, database)
    }
  }

  /// Ends a trial with all that came out of it.
  package func finish(_ trial: StoredTrial) throws {
    try write { database in
      let identifier = try identifier(of: trial.number, database)
      // What a process that was killed had reported of it.
      for table in ["trial_values", "trial_intermediate_values"] {
        try database.execute(
          sql: "DELETE FROM \(table) WHERE trial_id = ?", arguments: [identifier])
      }
      for (index, value) in trial.values.enumerated() {
        let columns = StoredNumber.columns(value)
        try database.execute(
          sql:
            "INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)",
          arguments: [identifier, index, columns.value, columns.type])
      }
      for (step, value) in trial.intermediateValues {
        let columns = StoredNumber.columns(value)
        try database.execute(
          sql: """
            INSERT INTO trial_intermediate_values \
            (trial_id, step, intermediate_value, intermediate_value_type) VALUES (?, ?, ?, ?)
            """, arguments: [identifier, step, columns.value, columns.type])
      }
      for (key, value) in trial.userAttributes.sorted(by: { $0.key < $1.key }) {
        try database.execute(
          sql: """
            INSERT OR REPLACE INTO trial_user_attributes (trial_id, key, value_json) VALUES (?, ?, ?)
            """, arguments: [identifier, key, value])
      }
      try database.execute(
        sql: """
          UPDATE trials SET state = ?, \
          datetime_complete = strftime('%Y-%m-%d %H:%M:%f000', 'now', 'localtime') WHERE trial_id = ?
          """, arguments: [trial.state.rawValue, identifier])
    }
  }

  private func identifier(of number: Int, _ database: Database) throws -> Int64 {
    let found = try Int64.fetchOne(
      database, sql: "SELECT trial_id FROM trials WHERE study_id = ? AND number = ?",
      arguments: [identifier, number])
    guard let found else {
      throw Failure(
        Diagnostic(.error, .usage, code: "study", "'\(path)' has no trial \(number)"))
    }
    return found
  }

  private func insert(
    _ parameters: [(name: String, StoredTrial.Parameter)], _ trial: Int64, _ database: Database
  ) throws {
    for (name, parameter) in parameters {
      try database.execute(
        sql: """
          INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) \
          VALUES (?, ?, ?, ?)
          """, arguments: [trial, name, parameter.value, parameter.distribution.text])
    }
  }

  private func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try Self.translating(path) { try database.read(body) }
  }

  private func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try Self.translating(path) {
      var result: Result?
      // Immediate: a number is counted under the lock that it is written under.
      try database.inTransaction(.immediate) { database in
        result = try body(database)
        return .commit
      }
      guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
      return result
    }
  }

  /// Errors of SQLite in the words of this program.
  private static func translating<Result>(_ path: String, _ body: () throws -> Result) throws
    -> Result
  {
    do {
      return try body()
    } catch let error as DatabaseError {
      let message = error.message ?? "\(error.resultCode)"
      func failure(
        _ category: Diagnostic.Category, _ text: String, help: String? = nil
      ) -> Failure {
        Failure(Diagnostic(.error, category, code: "study", text, help: help))
      }
      switch error.resultCode.primaryResultCode {
      case .SQLITE_NOTADB:
        throw failure(
          .configuration, "'\(path)' is no study: it is not a database",
          help: "name another file; this one stays as it is")
      case .SQLITE_CORRUPT:
        throw failure(
          .configuration, "'\(path)' is damaged: \(message)",
          help: "it is left as it is; begin another study")
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        throw failure(
          .writeFailed, "'\(path)' is locked by another program for more than \(Int(patience)) s",
          help: "end that program, or try again")
      case .SQLITE_READONLY, .SQLITE_FULL, .SQLITE_IOERR:
        throw failure(.writeFailed, "cannot write '\(path)': \(message)")
      case .SQLITE_CANTOPEN, .SQLITE_PERM:
        throw failure(.unreadable, "cannot open '\(path)': \(message)")
      default: throw failure(.configuration, "'\(path)' cannot be used: \(message)")
      }
    }
  }
}
