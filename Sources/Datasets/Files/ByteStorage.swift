import Configuration
import Glibc

/// Bytes that are appended to and grow in place where the system can.
///
/// An array would fill new room with zeros and copy on growth; `realloc` moves pages instead.
struct ByteStorage: ~Copyable {
  private(set) var count = 0
  private var capacity = 0
  private var base: UnsafeMutableRawPointer?

  init() {}

  deinit { free(base) }

  /// The bytes so far; valid until the next call that changes the storage.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: count)
  }

  /// The room after the bytes so far.
  var unused: UnsafeMutableRawBufferPointer {
    guard let base else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    return UnsafeMutableRawBufferPointer(start: base + count, count: capacity - count)
  }

  /// Makes room for at least `additional` more bytes, and for half as many again as there are.
  ///
  /// - Throws: `out-of-memory`, naming `file`.
  mutating func reserve(additional: Int, for file: String) throws(Failure) {
    guard capacity - count < additional else { return }
    try resize(to: max(count + additional, capacity + capacity / 2), for: file)
  }

  /// Counts `length` bytes as written at the start of `unused`.
  mutating func didWrite(_ length: Int) {
    count += min(length, capacity - count)
  }

  /// Drops the first `length` bytes and moves the others to the start.
  mutating func removeFirst(_ length: Int) {
    guard let base, length > 0, length <= count else { return }
    memmove(base, base + length, count - length)
    count -= length
  }

  /// Gives the room that was not used back, and the bytes away to the caller, who frees them.
  consuming func takeBytes() -> UnsafeRawBufferPointer {
    let fitted = count > 0 ? realloc(base, count) ?? base : base
    let taken = UnsafeRawBufferPointer(start: fitted, count: count)
    if count == 0 { free(base) }
    base = nil
    return count == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : taken
  }

  private mutating func resize(to wanted: Int, for file: String) throws(Failure) {
    guard let grown = realloc(base, wanted) else {
      throw .outOfMemory(file, needed: wanted)
    }
    base = grown
    capacity = wanted
  }
}
