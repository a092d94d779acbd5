import Configuration
import Glibc

/// The bytes of a file, inflated if the file is a gzip file.
///
/// A regular file is mapped into memory, so that its pages are read when they are looked at and
/// never copied. A mapped file must not be shortened by others while it is read: the system ends
/// a process that looks at pages that have gone.
///
/// The bytes never change after `init`, which is what makes sharing them between threads safe.
package final class FileBytes: @unchecked Sendable {
  /// What happens to a file that starts with the gzip magic.
  package enum Compression: Sendable {
    /// Inflate it, whatever its name says.
    case inflate
    /// Keep its bytes as they are.
    case keep
  }

  /// The file as the user named it.
  package let name: String
  /// The bytes, which may be none.
  ///
  /// They are valid as long as this object is, which may end at its last use: see to it with
  /// `extendLifetime`, or use `withBytes`.
  package let bytes: UnsafeRawBufferPointer
  private let origin: Origin

  /// Whether the pages of a file are read only when they are looked at.
  var isMapped: Bool { origin == .mapping }

  private enum Origin {
    case mapping
    case allocation
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: `file-not-found`, `permission-denied`, `is-a-folder`, `cannot-open`, `cannot-read`,
  ///   and all that `Gzip.inflate` throws.
  package convenience init(path: String, compression: Compression = .inflate) throws {
    let descriptor = try FileDescriptor(opening: path)
    let status = try descriptor.status()
    guard status.st_mode & S_IFMT != S_IFCHR else {
      throw Failure(
        Diagnostic(.error, .unreadable, code: "is-a-device", "'\(path)' is a device, not a file"))
    }
    // A regular file of no length may still have contents, as those under /proc do.
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      try self.init(name: path, storage: descriptor.readToEnd(), compression: compression)
      return
    }
    let length = Int(status.st_size)
    guard
      let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor.number, 0),
      start != MAP_FAILED
    else {
      if errno == ENOMEM { throw Failure.outOfMemory(path, needed: length) }
      throw Failure.unreadable(path, code: "cannot-read", verb: "read", errorNumber: errno)
    }
    extendLifetime(descriptor)
    madvise(start, length, MADV_SEQUENTIAL)
    let mapped = UnsafeRawBufferPointer(start: start, count: length)
    guard compression == .inflate, Gzip.hasMagic(mapped) else {
      self.init(name: path, bytes: mapped, origin: .mapping)
      return
    }
    defer { munmap(start, length) }
    self.init(name: path, owning: try Gzip.inflate(mapped, file: path))
  }

  /// Reads all that is left of an open file, which is not closed.
  package convenience init(
    descriptor: Int32, name: String, compression: Compression = .inflate
  ) throws {
    let borrowed = FileDescriptor(borrowing: descriptor, name: name)
    try self.init(name: name, storage: borrowed.readToEnd(), compression: compression)
  }

  /// Reads what a command was given.
  ///
  /// - Parameter path: a file, or `-` for standard input.
  package convenience init(input path: String, compression: Compression = .inflate) throws {
    if path == "-" {
      try self.init(descriptor: 0, name: path, compression: compression)
    } else {
      try self.init(path: path, compression: compression)
    }
  }

  /// Copies `contents`, which are taken as if they were those of a file.
  package convenience init(
    name: String, copying contents: some Collection<UInt8>, compression: Compression = .keep
  ) throws {
    var storage = ByteStorage()
    try storage.reserve(additional: contents.count, for: name)
    storage.unused.copyBytes(from: contents)
    storage.didWrite(contents.count)
    try self.init(name: name, storage: storage, compression: compression)
  }

  convenience init(name: String, owning storage: consuming ByteStorage) {
    self.init(name: name, bytes: storage.takeBytes(), origin: .allocation)
  }

  private convenience init(
    name: String, storage: consuming ByteStorage, compression: Compression
  ) throws {
    guard compression == .inflate, Gzip.hasMagic(storage.bytes) else {
      self.init(name: name, owning: storage)
      return
    }
    let inflated = try Gzip.inflate(storage.bytes, file: name)
    extendLifetime(storage)
    self.init(name: name, owning: inflated)
  }

  /// Tells the system that from now on parts of the file are read in any order. Where there is less memory than
  /// the file is long, it then reads the pages asked for instead of many around each.
  func willReadInAnyOrder() {
    guard origin == .mapping else { return }
    madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_RANDOM)
  }

  /// Calls `body` with the bytes, which are valid until it returns.
  package func withBytes<Result: ~Copyable, Failed: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failed) -> Result
  ) throws(Failed) -> Result {
    defer { extendLifetime(self) }
    return try body(bytes)
  }

  private init(name: String, bytes: UnsafeRawBufferPointer, origin: Origin) {
    self.name = name
    self.bytes = bytes
    self.origin = origin
  }

  deinit {
    let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
    switch origin {
    case .mapping: munmap(start, bytes.count)
    case .allocation: free(start)
    }
  }
}
