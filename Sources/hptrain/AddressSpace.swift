import Configuration
import Glibc
import Training

/// The room that a limit of the address space (`ulimit -v`) leaves.
enum AddressSpace {
  /// What OpenBLAS reserves for each thread that multiplies. Where it does not get that, it asks again without end.
  private static let bytesPerThread = 128 << 20

  /// In bytes; `nil` where there is none.
  private static var limit: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur != rlim_t.max
    else { return nil }
    return Int(clamping: limit.rlim_cur)
  }

  /// Lets the process end before the destructors of libraries run, where there is a limit: that of OpenBLAS waits for its
  /// threads, and without end for those that had no room to start. The handler that is registered first runs last, but
  /// before any library that was there at the start; what streams of C still hold is written by it.
  static func endWithoutLibraries() {
    guard limit != nil else { return }
    on_exit(
      { status, _ in
        fflush(nil)
        _exit(status)
      }, nil)
  }

  /// - Throws: `Failure` if the limit leaves no room for so many threads.
  static func require(threads: Int) throws(Failure) {
    guard let limit else { return }
    let length = threads * bytesPerThread
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    if let room = mmap(nil, length, PROT_NONE, flags, -1, 0), room != MAP_FAILED {
      munmap(room, length)
      return
    }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "address-space",
        "the limit of the address space, \(Spelling.bytes(limit)), leaves no room for "
          + "\(Spelling.bytes(length)) that \(Spelling.count(threads, "thread")) \(threads == 1 ? "reserves" : "reserve") to multiply",
        help: threads > 1 ? "take fewer --threads, or raise 'ulimit -v'" : "raise 'ulimit -v'"))
  }
}
