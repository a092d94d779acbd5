import Configuration
import Glibc

/// A file that gets its name when all of it is on the disk: data first, then the header before it.
///
/// All calls come from one thread. After a failure the rest does nothing, and the file is gone.
final class CheckpointOutput: @unchecked Sendable {
  private let path: String
  private let spare: String
  private let temporary: String
  private let dataStart: Int
  private var descriptor: Int32 = -1

  init(path: String, spare: String, dataStart: Int) {
    self.path = path
    self.spare = spare
    self.dataStart = dataStart
    temporary = OutputFile.temporaryPath(for: path)
  }

  func open() throws {
    // All of it is written over.
    let hasSpare = rename(spare, temporary) == 0
    let flags = O_WRONLY | O_CREAT | (hasSpare ? 0 : O_TRUNC) | O_CLOEXEC
    descriptor = Glibc.open(temporary, flags | __O_DIRECT, 0o644)
    // Not every file system writes without its cache.
    if descriptor < 0, errno == EINVAL { descriptor = Glibc.open(temporary, flags, 0o644) }
    guard descriptor >= 0 else { throw abandon() }
  }

  /// - Parameter position: in the data, a multiple of a page; the memory begins at a page and has room to the
  ///   end of its last.
  func write(_ bytes: StagedBytes, at position: Int) throws {
    try write(bytes.start, count: bytes.count, at: dataStart + position)
  }

  /// Writes the header and lets the file get its name.
  ///
  /// - Parameter header: as long as a whole number of pages.
  /// - Returns: false if something went wrong before, and there is no file.
  func finish(header: [UInt8], dataBytes: Int) throws -> Bool {
    guard descriptor >= 0 else { return false }
    let page = UnsafeMutableRawPointer.allocate(byteCount: header.count, alignment: 4096)
    defer { page.deallocate() }
    header.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: page, count: header.count).copyMemory(from: $0)
    }
    try write(page, count: header.count, at: 0)
    // Whole pages were written, perhaps over a longer file.
    if dataBytes % 4096 != 0 || lseek(descriptor, 0, SEEK_END) != dataStart + dataBytes {
      try check(ftruncate(descriptor, dataStart + dataBytes))
    }
    // The times of the file may be lost, its length may not.
    try check(fdatasync(descriptor))
    // However closing ends, the number is no longer ours.
    let open = descriptor
    descriptor = -1
    try check(close(open))
    try check(rename(temporary, path))
    try OutputFile.synchronizeFolder(of: path)
    return true
  }

  private func write(_ start: UnsafeMutableRawPointer, count: Int, at position: Int) throws {
    guard descriptor >= 0 else { return }
    let whole = (count + 4095) / 4096 * 4096
    (start + count).initializeMemory(as: UInt8.self, repeating: 0, count: whole - count)
    var offset = 0
    while offset < whole {
      let written = pwrite(descriptor, start + offset, whole - offset, position + offset)
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
