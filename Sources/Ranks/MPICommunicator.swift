#if MPI
  import CMPI
  import Numerics

  /// All ranks of the job that Open MPI started.
  ///
  /// The thread that joined is the only one that uses it.
  final class MPICommunicator: Communicator, @unchecked Sendable {
    let rank: Int
    let size: Int
    /// Sums on their way, in the order in which they were begun.
    private let requests: UnsafeMutablePointer<MPI_Request?>
    private var requestCount = 0

    /// So many sums are on their way at most; one more waits for them.
    private static let mostRequests = 256
    /// Calls count elements in 32 bits.
    private static let mostElements = 1 << 30

    init() {
      mpi_join()
      rank = Int(mpi_rank())
      size = Int(mpi_size())
      requests = .allocate(capacity: Self.mostRequests)
      requests.initialize(repeating: nil, count: Self.mostRequests)
    }

    deinit { requests.deallocate() }

    func sum(_ values: UnsafeMutableBufferPointer<Double>) {
      Self.forEachPart(of: values) { mpi_sum_doubles($0, $1) }
    }

    func beginSum(_ values: UnsafeMutableBufferPointer<Float>) {
      Self.forEachPart(of: values) {
        if requestCount == Self.mostRequests { finishSums() }
        mpi_begin_sum_floats($0, $1, requests + requestCount)
        requestCount += 1
      }
    }

    func progress() {
      if requestCount > 0 { mpi_progress(requests, Int32(requestCount)) }
    }

    func finishSums() {
      mpi_wait(requests, Int32(requestCount))
      requestCount = 0
    }

    func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) {
      Self.forEachPart(of: bytes.assumingMemoryBound(to: UInt8.self)) {
        mpi_broadcast($0, $1, Int32(rank))
      }
    }

    func gather(
      _ bytes: UnsafeRawBufferPointer, counts: [Int], into all: UnsafeMutableRawBufferPointer
    ) {
      // Where the bytes of all are too many for one call, each rank tells its own.
      guard all.count > Self.mostElements else {
        var (sizes, offsets): ([Int32], [Int32]) = ([], [])
        var offset = 0
        for count in counts {
          sizes.append(Int32(count))
          offsets.append(Int32(offset))
          offset += count
        }
        return mpi_gather(bytes.baseAddress, Int32(bytes.count), all.baseAddress, sizes, offsets)
      }
      var offset = 0
      for (rank, count) in counts.enumerated() {
        let part = UnsafeMutableRawBufferPointer(rebasing: all[offset..<offset + count])
        if rank == self.rank { part.copyMemory(from: bytes) }
        broadcast(part, from: rank)
        offset += count
      }
    }

    private static func forEachPart<Element>(
      of values: UnsafeMutableBufferPointer<Element>,
      _ body: (UnsafeMutablePointer<Element>, Int32) -> Void
    ) {
      guard let base = values.baseAddress else { return }
      var first = 0
      while first < values.count {
        let count = min(mostElements, values.count - first)
        body(base + first, Int32(count))
        first += count
      }
    }
  }
#endif
