#if MPI
  import CMPI
  import Numerics

  /// All ranks of the job that Open MPI started.
  ///
  /// The thread that joined is the only one that uses it.
  final class MPICommunicator: Communicator, @unchecked Sendable {
    let rank: Int
    let size: Int
    /// Of these so many are on their way, in the order in which they were begun; the others serve later.
    private var rings: [RingSum] = []
    private var ringCount = 0
    /// What is so small that messages cost more than what is in them waits for a sum of the library.
    private var small: [UnsafeMutableBufferPointer<Float>] = []

    /// The least in a message of a ring.
    private static let fewestElements = 1 << 12
    /// Calls count elements in 32 bits.
    private static let mostElements = 1 << 30

    init() {
      mpi_join()
      rank = Int(mpi_rank())
      size = Int(mpi_size())
    }

    func sum(_ values: UnsafeMutableBufferPointer<Double>) {
      Self.forEachPart(of: values) { mpi_sum_doubles($0, $1) }
    }

    func beginSum(_ values: UnsafeMutableBufferPointer<Float>) {
      guard values.count / size >= Self.fewestElements else { return small.append(values) }
      Self.forEachPart(of: values) { base, count in
        if ringCount == rings.count {
          rings.append(RingSum(rank: rank, size: size, tag: ringCount))
        }
        rings[ringCount].begin(UnsafeMutableBufferPointer(start: base, count: Int(count)))
        ringCount += 1
      }
    }

    func progress() { _ = advance() }

    func finishSums() {
      while !advance() {}
      ringCount = 0
      for values in small { Self.forEachPart(of: values) { mpi_sum_floats($0, $1) } }
      small.removeAll(keepingCapacity: true)
    }

    /// - Returns: whether all rings are done.
    private func advance() -> Bool {
      var isDone = true
      for index in 0..<ringCount where !rings[index].advance() { isDone = false }
      return isDone
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
