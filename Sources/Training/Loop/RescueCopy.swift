import Configuration
import Glibc

/// A result in another place than the folder of its run, which has no room for it or is gone: the work of hours is worth
/// more than order.
package enum RescueCopy {
  /// Writes to the first folder that takes it: that of `TMPDIR`, or one for what is temporary.
  ///
  /// - Parameters:
  ///   - run: the name of the run.
  ///   - ending: that of the file.
  ///   - body: writes the file at a path.
  /// - Returns: where it is; `nil` if no folder takes it.
  package static func write(
    of run: String, ending: String, _ body: (_ path: String) throws -> Void
  ) -> String? {
    let name = "hptrain-\(run)-\(getpid()).\(ending)"
    let wanted = getenv("TMPDIR").map { [String(cString: $0)] } ?? []
    for folder in wanted + ["/tmp", "/var/tmp", "/dev/shm"] {
      let path = "\(folder)/\(name)"
      let isWritten: ()? = try? body(path)
      if isWritten != nil { return path }
    }
    return nil
  }

  /// Says where a result is, and what brings it to its place.
  ///
  /// - Parameters:
  ///   - subject: what it is, as the begin of a sentence: `the model is`.
  ///   - path: its place, in the folder of the run.
  package static func note(
    _ code: String, _ subject: String, in copy: String, insteadOf path: String, run folder: String
  ) -> Diagnostic {
    let move = "mv \(ShellWord.quoted(copy)) \(ShellWord.quoted(path))"
    guard access(folder, F_OK) != 0, errno == ENOENT else {
      return Diagnostic(
        .note, .writeFailed, code: code, "\(subject) in '\(copy)' instead",
        help: "make room and move it: \(move)")
    }
    return Diagnostic(
      .note, .writeFailed, code: code,
      "\(subject) in '\(copy)' instead, since the folder '\(folder)' was renamed or removed while the run went on",
      help: "make the folder again and move it: mkdir -p \(ShellWord.quoted(folder)) && \(move)")
  }
}
