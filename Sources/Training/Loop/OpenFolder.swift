import Configuration
import Glibc

/// A folder whose names are brought to the disk, without which a file that is there may be lost.
final class OpenFolder: Sendable {
  private let path: String
  /// -1 for a folder that may be written to but not read, which cannot be brought to the disk.
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0, errno != EACCES {
      throw OutputFile.failure(.writeFailed, "write", path)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  func synchronize() throws {
    guard descriptor >= 0 else { return }
    // Some file systems know no such thing for folders.
    if fsync(descriptor) != 0, errno != EINVAL {
      throw OutputFile.failure(.writeFailed, "write", path)
    }
  }
}
