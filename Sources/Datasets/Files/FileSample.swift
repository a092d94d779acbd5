import Configuration
import Glibc

/// Some blocks of a file, read one by one, so that a file may be longer than memory.
package enum FileSample {
  /// The length of a regular file, and a CRC-32 of blocks at equal distances, the first and the last among them.
  ///
  /// - Throws: `file-not-found`, `permission-denied`, `is-a-folder`, `cannot-open` and `cannot-read`.
  package static func checksum(
    of path: String, blocks: Int, blockBytes: Int
  ) throws -> (bytes: Int, sum: UInt32) {
    let descriptor = try FileDescriptor(opening: path)
    let length = Int(try descriptor.status().st_size)
    let last = max(0, length - blockBytes)
    var sum: UInt32 = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: blockBytes, alignment: 16)
    defer { buffer.deallocate() }
    for block in 0..<blocks {
      let start = last * block / max(1, blocks - 1)
      let count = min(length - start, blockBytes)
      var done = 0
      while done < count {
        let read = pread(
          descriptor.number, buffer.baseAddress.map { $0 + done }, count - done, start + done)
        if read == 0 || read < 0 && errno != EINTR {
          throw Failure.unreadable(
            path, code: "cannot-read", verb: "read", errorNumber: read == 0 ? EIO : errno)
        }
        done += max(0, read)
      }
      sum = Checksum.crc32(UnsafeRawBufferPointer(rebasing: buffer[..<count]), continuing: sum)
    }
    return (length, sum)
  }
}
