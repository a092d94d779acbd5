import Configuration
import GRDB
import Glibc

extension Failure {
  /// The file is an SQLite database, or none, that holds no study.
  static func notAStudy(_ path: String, _ reason: String) -> Failure {
    Failure(
      Diagnostic(
        .error, .configuration, code: "not-a-study", "'\(path)' \(reason)",
        help: "name another file for the study; this one was not changed"))
  }

  static func damagedStudy(_ path: String, _ reason: String) -> Failure {
    Failure(
      Diagnostic(
        .error, .configuration, code: "damaged-study",
        "the study file '\(path)' is damaged: \(reason)",
        help:
          "what can be read of it is written by: sqlite3 '\(path)' .recover > study.sql; the file was not changed"
      ))
  }

  static func otherRevision(_ path: String, _ revision: String) -> Failure {
    let (age, help) =
      switch StudySchema.isOlder(revision) {
      case true?:
        (
          "older than '\(StudySchema.revision)', which hptrain reads",
          "'optuna storage upgrade --storage sqlite:///\(path)' brings it up to date; keep a copy"
        )
      case false?:
        ("newer than '\(StudySchema.revision)', which hptrain reads", "a newer hptrain may read it")
      case nil: ("not '\(StudySchema.revision)', which hptrain reads", "was it made by Optuna?")
      }
    return Failure(
      Diagnostic(
        .error, .configuration, code: "study-revision",
        "the tables of '\(path)' are of the revision '\(revision)', \(age)",
        help: "\(help); the file was not changed"))
  }

  static func studyChoice(_ path: String, _ message: String, names: [String]) -> Failure {
    let listed = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    return Failure(
      Diagnostic(
        .error, .configuration, code: "which-study", message,
        help: names.isEmpty
          ? nil
          : "there \(names.count == 1 ? "is" : "are") \(listed)\(names.count > 20 ? ", …" : "")"))
  }

  /// What SQLite says, in the words of this program.
  static func database(_ error: DatabaseError, _ path: String, isWriting: Bool, patience: Double)
    -> Failure
  {
    let reason = error.message ?? "\(error.resultCode)"
    let category: Diagnostic.Category = isWriting ? .writeFailed : .unreadable
    let verb = isWriting ? "write" : "read"
    switch error.resultCode.primaryResultCode {
    case .SQLITE_NOTADB:
      return notAStudy(path, "is not an SQLite database, as files of studies are")
    // A page that the disk did not give is damage to SQLite.
    case .SQLITE_CORRUPT:
      return StudyInspection(path: path).readingFailure() ?? damagedStudy(path, reason)
    // A column or a table that is not there is an error of its statement.
    case .SQLITE_ERROR: return damagedStudy(path, reason)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      let holder = LockHolder.find(path)
      return Failure(
        Diagnostic(
          .error, category, code: "study-locked",
          "cannot \(verb) '\(path)': \(holder.map { "process \($0)" } ?? "another process") has had it "
            + "locked for more than \(JSONNumber(patience).text) s",
          help: holder.map { "wait until it ends, or end it: kill \($0.identifier)" }
            ?? "end the program that has it open, and try again"))
    case .SQLITE_READONLY where error.extendedResultCode == .SQLITE_READONLY_DBMOVED:
      return Failure(
        Diagnostic(
          .error, .writeFailed, code: "write-failed",
          "cannot write '\(path)': the file was moved or removed while it was open"))
    case .SQLITE_READONLY:
      return Failure(
        Diagnostic(
          .error, .writeFailed, code: "write-failed", "cannot write '\(path)': it is read-only",
          help: "the file and its folder must be writable: SQLite keeps its journal beside the file"
        ))
    case .SQLITE_FULL:
      return Failure(
        Diagnostic(
          .error, .writeFailed, code: "write-failed",
          "cannot write '\(path)': \(String(cString: strerror(ENOSPC)))",
          help: "what was stored before is kept"))
    default:
      return Failure(
        Diagnostic(
          .error, category, code: "\(isWriting ? "write-failed" : "cannot-read")",
          "cannot \(verb) '\(path)': \(reason)"))
    }
  }

  static func trial(_ code: String, _ message: String, help: String? = nil) -> Failure {
    Failure(Diagnostic(.error, .usage, code: code, message, help: help))
  }

  static func system(
    _ category: Diagnostic.Category, code: String, _ verb: String, _ path: String, _ number: Int32
  ) -> Failure {
    // A full disk is one whichever call meets it first.
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(number)
    return Failure(
      Diagnostic(
        .error, isFull ? .writeFailed : category, code: isFull ? "write-failed" : code,
        "cannot \(verb) '\(path)': \(String(cString: strerror(number)))"))
  }
}
