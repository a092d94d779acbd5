import Configuration
import Glibc

/// The file of metrics of a run, a line for each event, which only ever grows by whole lines.
///
/// Whoever has it open holds the lock of the run; the system takes it back when the process ends, however that
/// happens.
package final class MetricsLog {
  let file: AppendedFile

  package var path: String { file.path }

  /// Opens the file, or makes it.
  ///
  /// - Throws: `Failure` if that cannot be done, or another process has it.
  init(path: String) throws {
    file = try AppendedFile(path: path)
    try lock()
    // Until then another process may have added lines.
    file.measure()
  }

  private func lock() throws {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    guard fcntl(file.descriptor, F_SETLK, &lock) != 0, errno == EACCES || errno == EAGAIN else {
      return
    }
    let holder = fcntl(file.descriptor, F_GETLK, &lock) == 0 ? lock.l_pid : 0
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
    let descriptor = open("/proc/\(process)/cmdline", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 200)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return "" }
    let words = bytes[..<count].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return " (\(words.joined(separator: " ")))"
  }

  /// Adds a line; one that cannot be written now is kept for the next time.
  package func append(_ line: String) throws { try file.append(Array((line + "\n").utf8)) }

  /// Writes the lines that could not be written before.
  package func flush() throws { try file.flush() }
}
