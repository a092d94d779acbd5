import Configuration
import Glibc

/// Keeps a second process from running the same study. The system takes it back however a process ends.
///
/// It lies on a file beside the study: SQLite locks the study itself for each transaction, and closing any
/// descriptor of a file gives back the locks that a process has on it.
package final class StudyLock {
  private let path: String
  private let descriptor: Int32

  /// - Throws: `Failure` if another process runs the study.
  package init(_ study: String) throws {
    path = study + ".lock"
    while true {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard opened >= 0 else {
        throw Failure(
          Diagnostic(
            .error, .cannotCreate, code: "cannot-create",
            "cannot create '\(path)': \(String(cString: strerror(errno)))"))
      }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        close(opened)
        throw Failure(
          Diagnostic(
            .error, .cannotCreate, code: "study-in-use", "another process runs '\(study)'",
            help: "wait for it, or end it; its trials are kept"))
      }
      // Whoever had the lock before may have removed the file meanwhile.
      var (mine, there) = (stat(), stat())
      if fstat(opened, &mine) == 0, stat(path, &there) == 0, mine.st_ino == there.st_ino {
        descriptor = opened
        return
      }
      close(opened)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }
}
