import Configuration
import Glibc

/// The numbers of one column.
///
/// Only the reader that makes a buffer writes to it, before it hands the buffer out; this is what
/// makes sharing it between threads safe.
package final class DoubleBuffer: @unchecked Sendable {
  package private(set) var count = 0
  private var base: UnsafeMutablePointer<Double>?

  init() {}

  /// The numbers of several buffers, one behind the other.
  ///
  /// - Throws: `out-of-memory`, naming `file`.
  init(joining parts: [DoubleBuffer], for file: String) throws(Failure) {
    let total = parts.reduce(0) { $0 + $1.count }
    var next = try resize(to: total, for: file)
    for part in parts {
      if let source = part.values.baseAddress { next.update(from: source, count: part.count) }
      next += part.count
    }
    count = total
  }

  /// - Throws: `out-of-memory`, naming `file`.
  init(_ numbers: [Double], for file: String) throws(Failure) {
    try resize(to: numbers.count, for: file).update(from: numbers, count: numbers.count)
    count = numbers.count
  }

  deinit { free(base) }

  package var values: UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: base, count: count)
  }

  /// - Precondition: `index` is at least 0 and less than `count`.
  package subscript(index: Int) -> Double {
    precondition(index >= 0 && index < count, "row out of range")
    return values[index]
  }

  /// Makes room for `capacity` numbers in all.
  ///
  /// The system moves the pages of large blocks, so that growing copies little.
  ///
  /// - Returns: where the numbers are from now on.
  /// - Throws: `out-of-memory`, naming `file`.
  func resize(to capacity: Int, for file: String) throws(Failure) -> UnsafeMutablePointer<Double> {
    let size = max(1, capacity) * MemoryLayout<Double>.stride
    guard let grown = realloc(base, size) else { throw .outOfMemory(file, needed: size) }
    useLargePages(grown, size)
    let numbers = grown.bindMemory(to: Double.self, capacity: capacity)
    base = numbers
    return numbers
  }

  /// Asks for large pages: touching small ones for the first time costs as much as parsing.
  private func useLargePages(_ start: UnsafeMutableRawPointer, _ size: Int) {
    let page = 2 << 20
    let first = (Int(bitPattern: start) + page - 1) / page * page
    let end = (Int(bitPattern: start) + size) / page * page
    guard first < end, let address = UnsafeMutableRawPointer(bitPattern: first) else { return }
    // A refusal costs nothing but time.
    madvise(address, end - first, 14 /* MADV_HUGEPAGE */)
  }

  /// Gives back all room but that of the first `count` numbers, which must have been written.
  func finish(count: Int, for file: String) throws(Failure) {
    _ = try resize(to: count, for: file)
    self.count = count
  }
}
