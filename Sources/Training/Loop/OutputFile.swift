import Configuration
import Glibc

/// Writing that a reader never sees half done.
package enum OutputFile {
  /// Replaces a file as a whole: the bytes go to a neighbouring file, to the disk, and then to
  /// their name. Links stay, and what they name is replaced; what is no regular file is written to.
  ///
  /// - Throws: `Failure` with the exit code for what could not be created or written.
  package static func replace(_ path: String, with bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try replace(path, with: [$0]) }
  }

  /// The same with pieces that follow each other.
  package static func replace(_ path: String, with pieces: [UnsafeRawBufferPointer]) throws {
    let place = try FilePlace(path)
    guard case .file(let file) = place else {
      return try write(pieces, toStream: place, path: path)
    }
    let temporary = temporaryPath(for: file)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(.cannotCreate, "create", path) }
    do {
      defer { close(descriptor) }
      for piece in pieces { try write(piece, to: descriptor, path: path) }
      guard fsync(descriptor) == 0 else { throw failure(.writeFailed, "write", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, file) == 0 else {
      let failure = failure(.writeFailed, "write", path)
      unlink(temporary)
      throw failure
    }
    try synchronizeFolder(of: file)
  }

  /// The name that a file has until it is whole, beside the one that it gets.
  static func temporaryPath(for path: String) -> String { "\(path).\(getpid())\(temporaryEnding)" }

  package static let temporaryEnding = ".part"

  /// Brings the name of a file to the disk.
  package static func synchronizeFolder(of path: String) throws {
    try OpenFolder(folder(of: path)).synchronize()
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Writes all bytes to an open file.
  package static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
    try bytes.withUnsafeBytes { try write($0, to: descriptor, path: path) }
  }

  static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
  ) throws {
    var offset = 0
    while offset < bytes.count {
      let count = Glibc.write(
        descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
      if count > 0 {
        offset += count
      } else if errno != EINTR {
        throw failure(.writeFailed, "write", path)
      }
    }
  }

  package static func failure(
    _ category: Diagnostic.Category, _ verb: String, _ path: String
  ) -> Failure {
    let reason = String(cString: strerror(errno))
    // A full disk is one whichever call meets it first.
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(errno)
    let category = isFull ? .writeFailed : category
    return Failure(
      Diagnostic(
        .error, category, code: category == .cannotCreate ? "cannot-create" : "write-failed",
        "cannot \(verb) '\(path)': \(reason)"))
  }
}
