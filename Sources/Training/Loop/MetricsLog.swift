import Configuration
import Glibc

/// The file of metrics of a run, a line for each event, which only ever grows by whole lines.
///
/// Whoever has it open holds the lock of the run; the system takes it back when the process ends, however that
/// happens.
package final class MetricsLog {
  package let path: String
  /// Bytes of the lines that are in the file.
  package private(set) var length: Int
  private let descriptor: Int32
  /// Lines that could not be written yet.
  private var waiting: [UInt8] = []

  /// Opens the file, or makes it.
  ///
  /// - Throws: `Failure` if that cannot be done, or another process has it.
  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw OutputFile.failure(.cannotCreate, "create", path) }
    length = 0
    try lock()
    // Until then another process may have added lines.
    var status = stat()
    if fstat(descriptor, &status) == 0 { length = Int(status.st_size) }
  }

  deinit { close(descriptor) }

  private func lock() throws {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    guard fcntl(descriptor, F_SETLK, &lock) != 0, errno == EACCES || errno == EAGAIN else { return }
    let holder = fcntl(descriptor, F_GETLK, &lock) == 0 ? lock.l_pid : 0
    let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
    throw Failure(
      Diagnostic(
        .error, .cannotCreate, code: "run-in-use",
        holder > 0
          ? "the run '\(folder)' is being trained by process \(holder)\(Self.command(of: holder))"
          : "the run '\(folder)' is being trained by another process, perhaps on another machine",
        help: holder > 0 ? "wait until it ends, or end it: kill \(holder)" : "wait until it ends"))
  }

  /// ` (hptrain train iris.json)`
  private static func command(of process: pid_t) -> String {
    let file = open("/proc/\(process)/cmdline", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 200)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return "" }
    let words = bytes[..<count].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return " (\(words.joined(separator: " ")))"
  }

  /// Adds a line; one that cannot be written now is kept for the next time.
  package func append(_ line: String) throws {
    waiting += Array((line + "\n").utf8)
    try flush()
  }

  /// Writes what is waiting, wholly or not at all.
  package func flush() throws {
    guard !waiting.isEmpty else { return }
    do {
      try OutputFile.write(waiting, to: descriptor, path: path)
    } catch {
      // A part of a line would be taken for a damaged file.
      _ = ftruncate(descriptor, length)
      throw error
    }
    length += waiting.count
    waiting.removeAll()
  }

  /// Cuts off what came after a checkpoint and will come again.
  ///
  /// - Returns: false if the file is shorter than it was then.
  func cut(to length: Int) throws -> Bool {
    guard length <= self.length else { return false }
    guard ftruncate(descriptor, length) == 0 else {
      throw OutputFile.failure(.writeFailed, "write", path)
    }
    self.length = length
    return true
  }

  /// Brings the lines that are in the file to the disk; for any thread, as long as this object is there.
  var synchronization: Synchronization { Synchronization(descriptor: descriptor, path: path) }

  struct Synchronization: Sendable {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    func run() throws {
      guard fdatasync(descriptor) == 0 else {
        throw OutputFile.failure(.writeFailed, "write", path)
      }
    }
  }
}
