import Configuration
import GRDB
import Glibc

/// Whether a database is a study that can be worked with.
struct StudyInspection {
  let path: String

  /// - Parameter isThorough: looks through the whole file for damage.
  /// - Throws: `Failure`, or what SQLite throws.
  func inspect(_ database: Database, isThorough: Bool) throws {
    do {
      try look(database, isThorough: isThorough)
    } catch  where Self.isDamage(error) {
      // SQLite takes a page that could not be read for a damaged one.
      try requireReadable()
      try look(database, isThorough: isThorough)
    }
  }

  /// A database can hold statements of its own, which run whenever a table is read or written, for as long as they like.
  private func refuseStatements(_ database: Database) throws {
    let found = try Row.fetchOne(
      database,
      sql: """
        SELECT type, name FROM sqlite_master
        WHERE type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL%'
        """)
    guard let found else { return }
    let kind = String.fromDatabaseValue(found[0]) ?? ""
    let name = String.fromDatabaseValue(found[1]) ?? ""
    throw Failure.notAStudy(
      path,
      "holds the \(kind == "table" ? "virtual table" : kind) '\(name)', which no study has")
  }

  private static func isDamage(_ error: any Error) -> Bool {
    if let failure = error as? Failure {
      return failure.diagnostics.contains { $0.code == "damaged-study" }
    }
    return (error as? DatabaseError)?.resultCode.primaryResultCode == .SQLITE_CORRUPT
  }

  /// What stands behind damage that SQLite found: `nil` if the file is damaged.
  func readingFailure() -> Failure? {
    do {
      try requireReadable()
      var configuration = GRDB.Configuration()
      configuration.readonly = true
      let queue = try DatabaseQueue(
        path: StudyFile.databasePath(path), configuration: configuration)
      let finding = try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
      guard finding == "ok" else { return nil }
      return Failure(
        Diagnostic(
          .error, .unreadable, code: "cannot-read",
          "cannot read '\(path)': a part of it could not be read, but it is not damaged",
          help: "try again, and see whether the disk is sound"))
    } catch {
      return error as? Failure
    }
  }

  /// - Throws: `Failure` if the disk does not give all of the file.
  private func requireReadable() throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure.system(.unreadable, code: "cannot-open", "open", path, errno)
    }
    // It stays open on purpose: closing any descriptor of a file gives up the locks of the whole process on it (fcntl(2)),
    // those that SQLite holds, too. This is done once, where something was found that hardly ever is.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return }
      guard count > 0 || errno == EINTR else {
        throw Failure.system(.unreadable, code: "cannot-read", "read", path, errno)
      }
    }
  }

  private func look(_ database: Database, isThorough: Bool) throws {
    let tables = Set(
      try Row.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        .compactMap { String.fromDatabaseValue($0[0]) })
    guard tables.contains("alembic_version"), tables.contains("studies") else {
      throw Failure.notAStudy(path, "is an SQLite database of something else than studies")
    }
    try refuseStatements(database)
    let revisions = try Row.fetchAll(database, sql: "SELECT version_num FROM alembic_version")
      .compactMap { String.fromDatabaseValue($0[0]) }
    guard revisions == [StudySchema.revision] else {
      throw Failure.otherRevision(path, revisions.joined(separator: " "))
    }
    if let missing = StudySchema.tables.first(where: { !tables.contains($0) }) {
      throw Failure.damagedStudy(path, "the table '\(missing)' is missing")
    }
    guard isThorough else { return }
    let finding = try Row.fetchOne(database, sql: "PRAGMA quick_check(1)")
      .flatMap { String.fromDatabaseValue($0[0]) }
    guard finding == "ok" else {
      let lines = (finding ?? "").split(separator: "\n").filter { !$0.hasPrefix("***") }
      throw Failure.damagedStudy(path, lines.first.map(String.init) ?? "it cannot be checked")
    }
  }
}
