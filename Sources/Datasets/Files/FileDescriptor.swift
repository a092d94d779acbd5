import Configuration
import Glibc

/// A file that is open for reading, closed when this goes out of scope.
struct FileDescriptor: ~Copyable {
  let number: Int32
  private let name: String
  private let closes: Bool

  /// Opens the file at `path`.
  ///
  /// - Throws: `file-not-found`, `permission-denied` or `cannot-open`.
  init(opening path: String) throws(Failure) {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      let reason = errno
      throw .unreadable(
        path, code: Self.code(of: reason), verb: "open", errorNumber: reason,
        help: path.contains("~")
          ? "'~' is not expanded here; write the whole path"
          : reason == ENOENT
            ? NeighbouringFile.nearest(to: path).map { "did you mean '\($0)'?" } : nil)
    }
    number = opened
    name = path
    closes = true
  }

  /// Reads from a descriptor that belongs to someone else, such as standard input.
  init(borrowing number: Int32, name: String) {
    self.number = number
    self.name = name
    closes = false
  }

  deinit {
    if closes { close(number) }
  }

  /// What kind of file this is and how long.
  ///
  /// - Throws: `is-a-folder`, or `cannot-read` if the system does not tell.
  func status() throws(Failure) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else {
      throw .unreadable(name, code: "cannot-read", verb: "read", errorNumber: errno)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw .unreadable(
        name, code: "is-a-folder", verb: "read", errorNumber: EISDIR,
        help: "name a file inside that folder")
    }
    return status
  }

  /// Reads what is there, waiting only if there is nothing yet.
  ///
  /// - Returns: the number of bytes read, 0 at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    while true {
      let length = Glibc.read(number, buffer.baseAddress, buffer.count)
      if length >= 0 { return length }
      guard errno == EINTR else {
        throw .unreadable(name, code: "cannot-read", verb: "read", errorNumber: errno)
      }
    }
  }

  /// Reads all that is left.
  ///
  /// - Throws: `too-large` for what has no end, such as `/dev/zero`.
  func readToEnd() throws(Failure) -> ByteStorage {
    var storage = ByteStorage()
    let most = Self.physicalMemory / 2
    while true {
      guard storage.bytes.count < most else {
        throw Failure(
          Diagnostic(
            .error, .unreadable, code: "too-large",
            "\(Spelling.file(name)) holds more than half of this machine's memory (\(most) bytes)"))
      }
      try storage.reserve(additional: 1 << 16, for: name)
      let length = try read(into: storage.unused)
      if length == 0 { return storage }
      storage.didWrite(length)
    }
  }

  private static var physicalMemory: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    return pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : 1 << 32
  }

  private static func code(of errorNumber: Int32) -> String {
    switch errorNumber {
    case ENOENT, ENOTDIR: "file-not-found"
    case EACCES, EPERM: "permission-denied"
    default: "cannot-open"
    }
  }
}
