import Configuration
import GRDB
import Glibc

/// A study of hyperparameters in an SQLite file, in the tables of Optuna 5.0.0, which reads and continues it as
/// this program does with the files of Optuna.
///
/// Each change is a transaction: a process that is killed leaves whole ones. Others can read and add meanwhile.
package final class StudyFile: Sendable {
  package enum Access: Sendable {
    case reading
    /// The file is looked through for damage first.
    case writing
  }

  /// As the user named it.
  package let path: String
  package let name: String
  /// One for each objective.
  package let directions: [Direction]
  /// The identity of the study in the file, as in the dashboard's addresses.
  package let identifier: Int64

  let access: Access
  package let queue: DatabaseQueue
  /// How long the transactions of others are waited for, in seconds.
  let patience: Double
  let state = Locked(State())

  struct State {
    var runLock: RunLock?
    var isClosed = false
    /// The identities of trials by number.
    var trials: [Int: Int64] = [:]
  }

  /// Opens a file that exists.
  ///
  /// - Parameter name: which study; it may be left out where there is one.
  /// - Throws: `Failure`: the file cannot be read, is no study, is damaged, or of another revision; there is no
  ///   such study, or several without a name.
  package static func open(
    path: String, name: String? = nil, access: Access = .writing, patience: Double = 5
  ) throws -> StudyFile {
    try requireFile(path)
    return try StudyFile(path, name: name, access: access, patience: patience)
  }

  /// Opens a file that exists for one change, or some in a row, and takes the lock of whoever runs the study, before
  /// anything else is read: of many processes that do so at once, one has the file open at a time.
  ///
  /// - Parameter isBrief: whether it is closed at once, so that others wait for it.
  /// - Throws: `Failure`: as `open`, or if another process has the lock for long.
  package static func openLocked(
    path: String, name: String? = nil, isBrief: Bool
  ) throws -> StudyFile {
    try requireFile(path)
    let lock = try RunLock(study: path, for: .brief)
    if !isBrief { lock.keep() }
    let file = try StudyFile(path, name: name, access: .writing, patience: 5)
    try file.begin(lock)
    return file
  }

  private init(_ path: String, name: String?, access: Access, patience: Double) throws {
    (self.path, self.access, self.patience) = (path, access, patience)
    do {
      queue = try Self.connect(path, access: access, patience: patience)
      (identifier, self.name, directions) = try queue.read { database in
        try StudyInspection(path: path).inspect(database, isThorough: access == .writing)
        return try Self.find(name, in: database, path)
      }
    } catch let error as DatabaseError {
      throw Failure.database(error, path, isWriting: false, patience: patience)
    }
  }

  deinit { close() }

  /// Gives back what it holds. After a run the study is one file again, unless others have it open.
  package func close() {
    let lock: RunLock?? = state.withLock { state in
      guard !state.isClosed else { return nil }
      state.isClosed = true
      defer { state.runLock = nil }
      return .some(state.runLock)
    }
    guard let lock else { return }
    if lock != nil {
      try? queue.inDatabase { database in
        // Another connection that is open, even an idle one, would be waited for.
        try database.execute(sql: "PRAGMA busy_timeout = 0")
        try database.execute(sql: "PRAGMA journal_mode = DELETE")
      }
    }
    try? queue.close()
    withExtendedLifetime(lock) {}
  }

  /// Takes the lock of whoever runs the whole study; it lasts until this is closed or the process ends, however
  /// that happens. Others can still read and add.
  ///
  /// Transactions are fast from then on: what was stored outlives the process at once, and a loss of power may take
  /// the last ones but does no damage.
  ///
  /// - Throws: `Failure` if another process has it, or the file cannot be written.
  package func lockForRunning() throws {
    guard state.withLock({ $0.runLock == nil }) else { return }
    try begin(RunLock(study: path))
  }

  private func begin(_ lock: RunLock) throws {
    state.withLock { $0.runLock = lock }
    do {
      try queue.inDatabase { database in
        // Without shared memory, as on some network file systems, the mode stays as it is.
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        if mode == "wal" { try database.execute(sql: "PRAGMA synchronous = NORMAL") }
      }
    } catch let error as DatabaseError where error.resultCode.primaryResultCode == .SQLITE_BUSY {
      // Somebody reads for long: it goes on in the other mode, only slower.
    } catch let error as DatabaseError {
      throw Failure.database(error, path, isWriting: true, patience: patience)
    }
  }

  // MARK: - Connections

  private static func connect(_ path: String, access: Access, patience: Double) throws
    -> DatabaseQueue
  {
    // With a journal that was left, opening for writing changes the file; a stranger's stays as it is.
    if hasJournal(path) {
      let inspection = StudyInspection(path: path)
      do {
        let queue = try DatabaseQueue(
          path: databasePath(path), configuration: configuration(patience, isReadOnly: true))
        try queue.read { try inspection.inspect($0, isThorough: access == .writing) }
        try queue.close()
      } catch let error as DatabaseError
        where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode.primaryResultCode)
      {
        // Nothing can be read before the journal has been rolled back.
      }
    }
    return try DatabaseQueue(
      path: databasePath(path), configuration: configuration(patience, isReadOnly: false))
  }

  /// A connection that only reads is one that could write: only such a one clears away what a killed process left.
  private static func configuration(_ patience: Double, isReadOnly: Bool) -> GRDB.Configuration {
    var configuration = GRDB.Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(patience)
    return configuration
  }

  /// Neither a URI nor a name that SQLite has its own use for.
  static func databasePath(_ path: String) -> String { path.hasPrefix("/") ? path : "./" + path }

  private static func hasJournal(_ path: String) -> Bool {
    ["-wal", "-journal"].contains {
      var status = stat()
      return stat(path + $0, &status) == 0 && status.st_size > 0
    }
  }

  private static func requireFile(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw Failure.system(.unreadable, code: "cannot-read", "read", path, errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw Failure(
        Diagnostic(
          .error, .unreadable, code: "cannot-read",
          "cannot read '\(path)': it is \(isFolder ? "a folder" : "no regular file")"))
    }
    // Without rights, SQLite says no more than that it cannot.
    guard Glibc.access(path, R_OK) == 0 else {
      throw Failure.system(.unreadable, code: "cannot-read", "read", path, errno)
    }
    if status.st_size == 0 { throw Failure.notAStudy(path, "is empty") }
  }

  private static func find(_ name: String?, in database: Database, _ path: String) throws -> (
    Int64, String, [Direction]
  ) {
    let rows = try Row.fetchAll(
      database, sql: "SELECT study_id, study_name FROM studies ORDER BY study_id")
    let studies = try rows.map { row in
      guard let identifier = Int64.fromDatabaseValue(row[0]),
        let name = String.fromDatabaseValue(row[1])
      else { throw Failure.damagedStudy(path, "a study has no name") }
      return (identifier: identifier, name: name)
    }
    let names = studies.map(\.name)
    guard let study = name.map({ name in studies.first { $0.name == name } }) ?? studies.first
    else {
      throw Failure.studyChoice(
        path, name.map { "'\(path)' has no study '\($0)'" } ?? "'\(path)' has no studies",
        names: names)
    }
    if name == nil, studies.count > 1 {
      throw Failure.studyChoice(
        path, "'\(path)' has \(studies.count) studies, and none was named", names: names)
    }
    let texts = try Row.fetchAll(
      database, sql: "SELECT direction FROM study_directions WHERE study_id = ? ORDER BY objective",
      arguments: [study.identifier]
    ).map { String.fromDatabaseValue($0[0]) ?? "" }
    let directions = texts.compactMap { Direction(rawValue: $0) }
    guard directions.count == texts.count, !directions.isEmpty else {
      throw Failure.damagedStudy(path, "the study '\(study.name)' has no directions")
    }
    return (study.identifier, study.name, directions)
  }

  // MARK: - Transactions

  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try queue.read(body)
    } catch let error as DatabaseError {
      throw Failure.database(error, path, isWriting: false, patience: patience)
    }
  }

  /// Wholly or not at all. The lock is taken first, so that what is read is still so when it is written.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard access == .writing else {
      throw Failure.trial("read-only-study", "the study '\(path)' was opened for reading")
    }
    do {
      var result: Result?
      try queue.inDatabase { database in
        try database.inTransaction(.immediate) {
          result = try body(database)
          return .commit
        }
      }
      guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
      return result
    } catch let error as DatabaseError {
      throw Failure.database(error, path, isWriting: true, patience: patience)
    }
  }
}
