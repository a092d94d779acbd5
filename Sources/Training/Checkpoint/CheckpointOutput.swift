import Configuration
import Glibc

/// A file that gets its name when all of it is on the disk.
///
/// All calls come from one thread. After a failure the rest does nothing, and the file is gone.
final class CheckpointOutput: @unchecked Sendable {
  private let path: String
  private let temporary: String
  private let folder: OpenFolder
  private var descriptor: Int32 = -1
  private var hasBegun = false

  /// - Parameter folder: that of both names.
  init(path: String, temporary: String, folder: OpenFolder) {
    self.path = path
    self.temporary = temporary
    self.folder = folder
  }

  private func open() throws {
    hasBegun = true
    // All of a file that is there is written over.
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC
    descriptor = Glibc.open(temporary, flags | __O_DIRECT, 0o644)
    // Not every file system writes without its cache.
    if descriptor < 0, errno == EINVAL { descriptor = Glibc.open(temporary, flags, 0o644) }
    guard descriptor >= 0 else { throw abandon() }
  }

  /// - Parameter position: in the file, a multiple of a page; the memory begins at a page, and is whole pages.
  func write(_ bytes: StagedBytes, at position: Int) throws {
    if !hasBegun { try open() }
    guard descriptor >= 0 else { return }
    var offset = 0
    while offset < bytes.count {
      let written = pwrite(
        descriptor, bytes.start + offset, bytes.count - offset, position + offset)
      if written > 0 {
        offset += written
      } else if written < 0, errno == EINVAL, fcntl(descriptor, F_GETFL) & __O_DIRECT != 0 {
        // It was opened, but does not write so.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~__O_DIRECT)
      } else if written == 0 || errno != EINTR {
        if written == 0 { errno = ENOSPC }
        throw abandon()
      }
    }
  }

  /// Lets the file get its name.
  ///
  /// - Parameter length: of the file, a whole number of pages, so that a file of the same length that was written over
  ///   needs no other one, which the file system would bring to the disk by itself.
  /// - Returns: false if something went wrong before, and there is no file.
  func finish(length: Int) throws -> Bool {
    guard descriptor >= 0 else { return false }
    // A longer file may have been written over.
    if lseek(descriptor, 0, SEEK_END) != length { try check(ftruncate(descriptor, length)) }
    // The times of the file may be lost, its length may not.
    try check(fdatasync(descriptor))
    // However closing ends, the number is no longer ours.
    let open = descriptor
    descriptor = -1
    try check(close(open))
    try check(rename(temporary, path))
    try folder.synchronize()
    return true
  }

  private func check(_ result: Int32) throws {
    if result != 0 { throw abandon() }
  }

  private func abandon() -> Failure {
    let failure = OutputFile.failure(.writeFailed, "write", path)
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    unlink(temporary)
    return failure
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
  }
}
