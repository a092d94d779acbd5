import Configuration
import Glibc

extension OutputFile {
  /// Writes a file that must not exist yet.
  ///
  /// - Throws: `Failure` with the exit code for what could not be created or written; of a file that could
  ///   not be written to its end nothing is left.
  package static func create(_ path: String, with bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try create(path, with: [$0]) }
  }

  /// The same with pieces that follow each other.
  package static func create(_ path: String, with pieces: [UnsafeRawBufferPointer]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(.cannotCreate, "create", path) }
    defer { close(descriptor) }
    do {
      for piece in pieces { try write(piece, to: descriptor, path: path) }
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Makes a folder unless it is there.
  ///
  /// - Throws: `Failure` if it cannot be created.
  package static func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o755) != 0, errno != EEXIST else { return }
    throw failure(.cannotCreate, "create", path)
  }
}
