import Configuration
import GRDB

/// Whether a database is a study that can be worked with.
struct StudyInspection {
  let path: String

  /// - Parameter isThorough: looks through the whole file for damage.
  /// - Throws: `Failure`, or what SQLite throws.
  func inspect(_ database: Database, isThorough: Bool) throws {
    let tables = Set(
      try Row.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        .compactMap { String.fromDatabaseValue($0[0]) })
    guard tables.contains("alembic_version"), tables.contains("studies") else {
      throw Failure.notAStudy(path, "is an SQLite database of something else than studies")
    }
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
