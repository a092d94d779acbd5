import Configuration
import Glibc

/// The lock of whoever runs a study, on a file beside it; the system takes it back when the process ends, however
/// that happens, and a file that was left is taken over.
///
/// It cannot be on the study itself: SQLite locks that by `fcntl`, and when a process closes any descriptor of a
/// file, all its `fcntl` locks on the file are gone. And it has to last while SQLite's come and go, so that others
/// can add to the study.
final class RunLock: Sendable {
  /// For how long a process has it.
  enum Tenure: String {
    /// As long as trials are made.
    case run
    /// For one change. Who wants it waits, and so does who comes meanwhile.
    case brief
  }

  private let path: String
  private let descriptor: Int32

  /// How often a lock is asked for, in microseconds.
  private static let pause: UInt32 = 5_000

  /// - Throws: `Failure` if another process has it, or its file cannot be made.
  init(study: String, for tenure: Tenure = .run) throws {
    path = study + ".lock"
    let start = ContinuousClock.now
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        throw Failure.system(.cannotCreate, code: "cannot-create", "create", path, errno)
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let number = errno
        close(descriptor)
        if number == EWOULDBLOCK {
          let holder = Holder(path)
          let seconds = (ContinuousClock.now - start) / .seconds(1)
          guard seconds < Self.patience(tenure, holder) else { throw Self.inUse(study, holder) }
          usleep(Self.pause)
          continue
        }
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
    declare(tenure)
  }

  /// How long a lock is waited for, in seconds.
  private static func patience(_ tenure: Tenure, _ holder: Holder) -> Double {
    holder.isBrief ? 10 : holder.isUnnamed ? 1 : 0
  }

  /// Says that it is kept for long.
  func keep() { declare(.run) }

  /// For messages, and for those who might wait.
  private func declare(_ tenure: Tenure) {
    let owner = Array("\(getpid()) \(Self.host) \(tenure.rawValue)\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, owner, owner.count, 0)
  }

  deinit {
    // Before the lock is given back: afterwards it may be another's.
    unlink(path)
    close(descriptor)
  }

  /// Who has the lock, as far as the file says.
  private struct Holder {
    let process: pid_t?
    let host: Substring
    let isBrief: Bool
    /// As for a moment when a process has just got it.
    let isUnnamed: Bool

    init(_ path: String) {
      let words = LockHolder.contents(path, limit: 400).split { $0 == " " || $0 == "\n" }
      let tenure = words.count == 3 ? Tenure(rawValue: String(words[2])) : nil
      // Earlier versions say nothing of the tenure.
      let isWhole = words.count == 2 || tenure != nil
      process = isWhole ? pid_t(words[0]) : nil
      host = isWhole ? words[1] : ""
      isBrief = tenure == .brief
      isUnnamed = words.isEmpty
    }
  }

  private static func inUse(_ study: String, _ holder: Holder) -> Failure {
    guard let process = holder.process else {
      return failure(study, "another process", help: "wait until it ends")
    }
    guard holder.host == host else {
      return failure(study, "process \(process) on \(holder.host)", help: "wait until it ends")
    }
    return failure(
      study, "process \(process)\(LockHolder.command(of: process))",
      help: holder.isBrief
        ? "many processes ask and tell at once: try again"
        : "wait until it ends, or end it: kill \(process); its trials are kept")
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
