import Configuration
import Glibc

extension Failure {
  /// A file that cannot be opened or read, with the reason that the system gives.
  static func unreadable(
    _ name: String, code: String, verb: String, errorNumber: Int32, help: String? = nil
  ) -> Failure {
    let reason = String(cString: strerror(errorNumber))
    return Failure(
      Diagnostic(
        .error, .unreadable, code: code, "cannot \(verb) \(Spelling.file(name)): \(reason)",
        help: help))
  }

  /// The memory that the contents of a file need is not to be had.
  static func outOfMemory(_ name: String, needed: Int) -> Failure {
    Failure(
      Diagnostic(
        .error, .unreadable, code: "out-of-memory",
        "cannot read \(Spelling.file(name)): there is no memory for \(needed) bytes"))
  }
}
