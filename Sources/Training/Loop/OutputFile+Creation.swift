import Configuration
import Glibc

extension OutputFile {
  /// Writes a file that must not exist yet; what is there and no regular file is written to, and a link that leads
  /// nowhere stays.
  ///
  /// - Throws: `Failure` with the exit code for what could not be created or written; of a file that could
  ///   not be written to its end nothing is left.
  package static func create(_ path: String, with bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try create(path, with: [$0]) }
  }

  /// The same with pieces that follow each other.
  package static func create(_ path: String, with pieces: [UnsafeRawBufferPointer]) throws {
    let place = try FilePlace(path)
    guard case .file(let file) = place else {
      return try write(pieces, toStream: place, path: path)
    }
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(.cannotCreate, "create", path) }
    defer { close(descriptor) }
    do {
      for piece in pieces { try write(piece, to: descriptor, path: path) }
    } catch {
      unlink(file)
      throw error
    }
  }

  /// Makes the folders around a file or folder that is to be, and brings their names to the disk.
  ///
  /// - Returns: those that were not there, the outermost first.
  /// - Throws: `Failure` if one cannot be created.
  @discardableResult
  package static func makeFolders(around path: String) throws -> [String] {
    var made: [String] = []
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    for count in 1..<max(1, parts.count) {
      let parent = parts.prefix(count).joined(separator: "/")
      if parent.isEmpty { continue }
      if mkdir(parent, 0o755) == 0 {
        made.append(parent)
        try synchronizeFolder(of: parent)
      } else if errno != EEXIST, errno != EISDIR {
        throw failure(.cannotCreate, "create", parent)
      }
    }
    return made
  }

  /// Makes a folder unless it is there.
  ///
  /// - Throws: `Failure` if it cannot be created.
  package static func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o755) != 0, errno != EEXIST else { return }
    throw failure(.cannotCreate, "create", path)
  }
}
