import Configuration
import Glibc

/// A file that gets its name when all of it is on the disk: data first, then the header before it.
///
/// All calls come from one thread. After a failure the rest does nothing, and the file is gone.
final class CheckpointOutput: @unchecked Sendable {
  private let path: String
  private let temporary: String
  private let dataStart: Int
  private var descriptor: Int32 = -1

  init(path: String, temporary: String, dataStart: Int) {
    self.path = path
    self.temporary = temporary
    self.dataStart = dataStart
  }

  func open() throws {
    // All of a file that is there is written over.
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC
    descriptor = Glibc.open(temporary, flags | __O_DIRECT, 0o644)
    // Not every file system writes without its cache.
    if descriptor < 0, errno == EINVAL { descriptor = Glibc.open(temporary, flags, 0o644) }
    guard descriptor >= 0 else { throw abandon() }
  }

  /// - Parameter position: in the data, a multiple of a page; the memory begins at a page, and is whole pages.
  func write(_ bytes: StagedBytes, at position: Int) throws {
    try write(bytes.start, count: bytes.count, at: dataStart + position)
  }

  /// Writes the header and lets the file get its name.
  ///
  /// - Parameters:
  ///   - header: as long as a whole number of pages.
  ///   - dataBytes: a whole number of pages as well, so that a file of the same length was written over needs no
  ///     other length, which the file system would bring to the disk by itself.
  /// - Returns: false if something went wrong before, and there is no file.
  func finish(header: [UInt8], dataBytes: Int) throws -> Bool {
    guard descriptor >= 0 else { return false }
    let page = UnsafeMutableRawPointer.allocate(byteCount: header.count, alignment: 4096)
    defer { page.deallocate() }
    header.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: page, count: header.count).copyMemory(from: $0)
    }
    try write(page, count: header.count, at: 0)
    // A longer file may have been written over.
    if lseek(descriptor, 0, SEEK_END) != dataStart + dataBytes {
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
    var offset = 0
    while offset < count {
      let written = pwrite(descriptor, start + offset, count - offset, position + offset)
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
