import Configuration
import Glibc
import Synchronization

/// Encoded examples in a temporary file without a name: it goes when nobody holds it any more, however the process
/// ends.
///
/// An example is its inputs and behind them its targets, all in single precision. Examples are read by `pread`, so
/// that nothing is mapped and several threads may read at once.
final class PageFile: @unchecked Sendable {
  /// How many numbers of an example are inputs.
  let inputs: Int
  /// How many are targets.
  let targets: Int
  /// Only the writer changes it, before it hands the file out.
  private(set) var count = 0
  private let descriptor: Int32
  private let folder: String
  /// The first error of the system on reading, 0 if there was none.
  private let errorNumber = Atomic<Int32>(0)

  /// Numbers of an example.
  var width: Int { inputs + targets }

  /// Where temporary files go that are larger than memory: `/tmp` may be memory itself.
  static var folder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp" }

  /// Makes a file without examples.
  ///
  /// - Parameter bytes: what it will hold.
  /// - Throws: `Failure` with the exit code for what cannot be written if there is no file to be had, or no room.
  init(inputs: Int, targets: Int, bytes: Int) throws(Failure) {
    self.inputs = inputs
    self.targets = targets
    folder = Self.folder
    var template = Array("\(folder)/hptrain-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw Self.failure(folder, "create a file in", errno, isNew: true)
    }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0 else { return }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    if free < bytes {
      throw Failure(
        Diagnostic(
          .error, .writeFailed, code: "no-space",
          "the examples take \(bytes) bytes on the disk, and '\(folder)' has \(free) left",
          help: "make room there, or name another folder: TMPDIR=/path hptrain train …"))
    }
  }

  deinit { close(descriptor) }

  /// Appends whole examples.
  ///
  /// - Throws: `Failure` with the exit code for what cannot be written.
  func append(_ numbers: UnsafeBufferPointer<Float>) throws(Failure) {
    let bytes = UnsafeRawBufferPointer(numbers)
    var offset = 0
    while offset < bytes.count {
      let written = write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
      if written > 0 {
        offset += written
      } else if errno != EINTR {
        throw Self.failure(folder, "write the examples to a file in", errno)
      }
    }
    count += numbers.count / width
  }

  /// Reads examples that follow each other; zeros, and a failure that stays, where the system cannot.
  ///
  /// - Parameter target: room for their numbers.
  func read(_ examples: Range<Int>, to target: UnsafeMutablePointer<Float>) {
    read(numbers: examples.lowerBound * width..<examples.upperBound * width, to: target)
  }

  /// The same with numbers.
  func read(numbers: Range<Int>, to target: UnsafeMutablePointer<Float>) {
    let size = MemoryLayout<Float>.stride
    let bytes = UnsafeMutableRawBufferPointer(start: target, count: numbers.count * size)
    var offset = 0
    while offset < bytes.count {
      let length = pread(
        descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset,
        numbers.lowerBound * size + offset)
      if length > 0 {
        offset += length
      } else if length == 0 || errno != EINTR {
        fail(length == 0 ? EIO : errno)
        UnsafeMutableRawBufferPointer(rebasing: bytes[offset...]).initializeMemory(
          as: UInt8.self, repeating: 0)
        return
      }
    }
  }

  /// Remembers that examples could not be brought into memory.
  func fail(_ number: Int32) {
    _ = errorNumber.compareExchange(
      expected: 0, desired: number, ordering: .relaxed)
  }

  /// Why examples that were read are not those of the file; `nil` if all are.
  var failure: Failure? {
    let number = errorNumber.load(ordering: .relaxed)
    return number == 0
      ? nil : Self.failure(folder, "read the examples back from a file in", number)
  }

  private static func failure(
    _ folder: String, _ verb: String, _ number: Int32, isNew: Bool = false
  ) -> Failure {
    // A full disk is one whichever call meets it first.
    let isCreation = isNew && number != ENOSPC && number != EDQUOT
    return Failure(
      Diagnostic(
        .error, isCreation ? .cannotCreate : .writeFailed,
        code: isCreation ? "cannot-create" : "write-failed",
        "cannot \(verb) '\(folder)': \(String(cString: strerror(number)))",
        help: isNew || number == ENOSPC || number == EDQUOT
          ? "make room there, or name another folder: TMPDIR=/path hptrain train …" : nil))
  }
}
