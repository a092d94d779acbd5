import Configuration
import Numerics

/// The last bytes of a file that a run adds to.
struct LogEnd {
  /// Where they begin; what comes before is on the disk.
  var start = 0
  var bytes: [UInt8] = []
}

/// How long a file was that a run adds to, and its last bytes, as a checkpoint holds them: bytes of which a copy lies in
/// each checkpoint need not be on the disk themselves, and a synchronization for each checkpoint is saved.
final class LogTail {
  /// The most bytes of one file in a checkpoint. An array of this length, so that all checkpoints of a run are as long.
  static let capacity = 4096

  private let name: String
  private let words = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: capacity / 4)
  private var fileBytes = 0
  private var tailBytes = 0

  /// - Parameter name: of the file, among the values of a checkpoint.
  init(of name: String) {
    self.name = name
    words.initialize(repeating: 0)
  }

  deinit { words.deallocate() }

  var end: LogEnd {
    LogEnd(
      start: fileBytes - tailBytes, bytes: Array(UnsafeRawBufferPointer(words).prefix(tailBytes)))
  }

  /// Takes down the end of a file.
  ///
  /// - Parameters:
  ///   - length: of the file.
  ///   - bytes: the last ones, at most `capacity`.
  func take(_ bytes: [UInt8], length: Int) {
    (fileBytes, tailBytes) = (length, bytes.count)
    let target = UnsafeMutableRawBufferPointer(words)
    target.initializeMemory(as: UInt8.self, repeating: 0)
    target.copyBytes(from: bytes)
  }

  /// Shows the values to an archive, as `RunState` does.
  func exchange(_ archive: inout StateArchive) {
    archive.value(name + "_bytes", &fileBytes)
    archive.value(name + "_tail_bytes", &tailBytes)
    archive.array(name + "_tail", words)
    if tailBytes > min(fileBytes, Self.capacity) {
      archive.note("'\(name)_tail_bytes' contradicts other numbers")
      tailBytes = 0
    }
  }
}
