import Configuration
import Glibc

/// A file that a run adds to while it goes on, by whole pieces; where the run goes on from a checkpoint, what came
/// after that is cut off.
package final class AppendedFile {
  package let path: String
  /// Bytes of the pieces that are in the file.
  package private(set) var length: Int
  let descriptor: Int32
  /// Pieces that could not be written yet.
  private var waiting: [UInt8] = []
  /// The end of the file, all before which is on the disk; `nil` if that is not known, or more than a checkpoint takes.
  private(set) var tail: [UInt8]?

  /// Opens the file, or makes it.
  package init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw OutputFile.failure(.cannotCreate, "create", path) }
    length = 0
    measure()
  }

  deinit { close(descriptor) }

  /// Takes the length of the file as it is now.
  func measure() {
    var status = stat()
    if fstat(descriptor, &status) == 0 { length = Int(status.st_size) }
    // Nothing of an empty file can be lost.
    tail = length == 0 ? [] : nil
  }

  /// Adds a piece; one that cannot be written now is kept for the next time.
  package func append(_ bytes: [UInt8]) throws {
    waiting += bytes
    try flush()
  }

  /// Writes what is waiting, wholly or not at all.
  package func flush() throws {
    guard !waiting.isEmpty else { return }
    do {
      try OutputFile.write(waiting, to: descriptor, path: path)
    } catch {
      // A part of a piece would be taken for a damaged file.
      _ = ftruncate(descriptor, length)
      throw error
    }
    length += waiting.count
    tail = tail.map { $0 + waiting }
    if let size = tail?.count, size > LogTail.capacity { tail = nil }
    waiting.removeAll()
  }

  /// Brings the file to where a checkpoint has its end: what came after is cut off and will come again.
  ///
  /// - Returns: false if the file is shorter than what had to be on the disk then.
  func restore(_ end: LogEnd) throws -> Bool {
    guard end.start <= length else { return false }
    // Unless the power was lost, the bytes are there. They are not written again then, which might fail.
    let isThere = bytes(at: end.start, count: end.bytes.count) == end.bytes
    try cut(to: end.start + (isThere ? end.bytes.count : 0))
    tail = isThere ? end.bytes : []
    waiting = isThere ? [] : end.bytes
    try flush()
    return true
  }

  /// Cuts off a line without an end, which the next one would be glued to.
  func cutTornLine() throws {
    var end = length
    while end > 0 {
      let start = max(0, end - 4096)
      if let line = bytes(at: start, count: end - start).lastIndex(of: UInt8(ascii: "\n")) {
        return try cut(to: start + line + 1)
      }
      end = start
    }
    try cut(to: 0)
  }

  private func cut(to length: Int) throws {
    guard ftruncate(descriptor, length) == 0 else {
      throw OutputFile.failure(.writeFailed, "write", path)
    }
    self.length = length
  }

  /// Fewer where the file ends, or does not give them.
  private func bytes(at offset: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
      initialized = max(0, pread(descriptor, bytes.baseAddress, count, offset))
    }
  }

  /// Begins to bring all that is in the file to the disk. Until `synchronizationFailed`, this counts as done: nothing may
  /// rely on it before the synchronization has run.
  func beginSynchronization() -> Synchronization {
    tail = []
    return Synchronization(descriptor: descriptor, path: path)
  }

  /// Nothing is known any more of what is on the disk.
  func synchronizationFailed() { tail = nil }

  /// Brings a file to the disk; for any thread, as long as the file is open.
  struct Synchronization: Sendable {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    func run() throws {
      guard fdatasync(descriptor) == 0 else {
        throw OutputFile.failure(.writeFailed, "write", path)
      }
    }
  }
}
