import Configuration
import Glibc

extension OutputFile {
  /// Writes to what is there already and is no regular file. A neighbour that is renamed to it would take its place
  /// instead of reaching whoever reads it.
  static func write(
    _ pieces: [UnsafeRawBufferPointer], toStream place: FilePlace, path: String
  ) throws {
    if case .descriptor(let number) = place {
      // Its owner decides when it is closed, and where in a file it writes.
      for piece in pieces { try write(piece, to: number, path: path) }
      return
    }
    let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(.cannotCreate, "open", path) }
    defer { close(descriptor) }
    for piece in pieces { try write(piece, to: descriptor, path: path) }
    // Pipes and most devices keep nothing that could be brought to a disk.
    if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS, errno != ENOTSUP {
      throw failure(.writeFailed, "write", path)
    }
  }
}
