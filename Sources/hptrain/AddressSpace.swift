import Configuration
import Glibc
import Training

/// The room that a limit of the address space (`ulimit -v`) leaves.
enum AddressSpace {
  /// What OpenBLAS reserves for each thread that multiplies. Where it does not get that, it asks again without end.
  private static let bytesPerThread = 128 << 20

  /// - Throws: `Failure` if the limit leaves no room for so many threads.
  static func require(threads: Int) throws(Failure) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur != rlim_t.max
    else { return }
    let length = threads * bytesPerThread
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    if let room = mmap(nil, length, PROT_NONE, flags, -1, 0), room != MAP_FAILED {
      munmap(room, length)
      return
    }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "address-space",
        "the limit of the address space, \(Spelling.bytes(Int(clamping: limit.rlim_cur))), leaves no room for "
          + "\(Spelling.bytes(length)) that \(Spelling.count(threads, "thread")) reserve to multiply",
        help: threads > 1 ? "take fewer --threads, or raise 'ulimit -v'" : "raise 'ulimit -v'"))
  }
}
