import Configuration
import Glibc

/// The lock of whoever runs a study, on a file beside it; the system takes it back when the process ends, however
/// that happens, and a file that was left is taken over.
///
/// It cannot be on the study itself: SQLite locks that by `fcntl`, and when a process closes any descriptor of a
/// file, all its `fcntl` locks on the file are gone. And it has to last while SQLite's come and go, so that others
/// can add to the study.
final class RunLock: Sendable {
  private let path: String
  private let descriptor: Int32

  /// - Throws: `Failure` if another process has it, or its file cannot be made.
  init(study: String) throws {
    path = study + ".lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        throw Failure.system(.cannotCreate, code: "cannot-create", "create", path, errno)
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let number = errno
        close(descriptor)
        if number == EWOULDBLOCK { throw Self.inUse(study, path) }
        throw Failure.system(.cannotCreate, code: "cannot-create", "lock", path, number)
      }
      // Who had it may have removed the file before this process had the lock.
      var (held, named) = (stat(), stat())
      if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino {
        self.descriptor = descriptor
        break
      }
      close(descriptor)
    }
    let owner = Array("\(getpid()) \(Self.host)\n".utf8)
    _ = ftruncate(descriptor, 0)
    // Only for messages.
    _ = pwrite(descriptor, owner, owner.count, 0)
  }

  deinit {
    // Before the lock is given back: afterwards it may be another's.
    unlink(path)
    close(descriptor)
  }

  private static func inUse(_ study: String, _ path: String) -> Failure {
    let words = LockHolder.contents(path, limit: 400).split { $0 == " " || $0 == "\n" }
    guard words.count == 2, let process = pid_t(words[0]) else {
      return failure(study, "another process", help: "wait until it ends")
    }
    guard words[1] == host else {
      return failure(study, "process \(process) on \(words[1])", help: "wait until it ends")
    }
    return failure(
      study, "process \(process)\(LockHolder.command(of: process))",
      help: "wait until it ends, or end it: kill \(process); its trials are kept")
  }

  private static func failure(_ study: String, _ who: String, help: String) -> Failure {
    Failure(
      Diagnostic(
        .error, .cannotCreate, code: "study-in-use", "the study '\(study)' is being run by \(who)",
        help: help))
  }

  private static var host: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "-" }
    return withUnsafePointer(to: &name.nodename) {
      $0.withMemoryRebound(to: CChar.self, capacity: 65) { String(cString: $0) }
    }
  }
}
