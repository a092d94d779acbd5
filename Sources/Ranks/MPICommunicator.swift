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
    /// Messages that arrived and that nobody took yet.
    private var messages: [(rank: Int, message: [UInt8])] = []

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
        nextRing().begin(UnsafeMutableBufferPointer(start: base, count: Int(count)))
      }
    }

    func beginExchange(_ values: UnsafeMutableBufferPointer<Float>, width: Int) {
      precondition(values.count <= Self.mostElements)
      nextRing().beginExchange(values, width: width)
    }

    private func nextRing() -> RingSum {
      if ringCount == rings.count {
        rings.append(RingSum(rank: rank, size: size, tag: ringCount))
      }
      ringCount += 1
      return rings[ringCount - 1]
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

    func send(_ message: [UInt8], to rank: Int) {
      precondition(message.count <= Self.mostElements)
      message.withUnsafeBytes { bytes in
        var request: MPI_Request?
        mpi_begin_message(bytes.baseAddress, Int32(bytes.count), Int32(rank), &request)
        // Two ranks that send each other much at once would wait for each other for ever.
        while mpi_test(&request, 1) == 0 { collectMessages() }
      }
    }

    func receive() -> (rank: Int, message: [UInt8])? {
      collectMessages()
      return messages.isEmpty ? nil : messages.removeFirst()
    }

    private func collectMessages() {
      var sender: Int32 = 0
      while true {
        let count = mpi_next_message(&sender)
        guard count >= 0 else { return }
        let message = [UInt8](unsafeUninitializedCapacity: Int(count)) { bytes, initialized in
          mpi_take_message(bytes.baseAddress, count, sender)
          initialized = Int(count)
        }
        messages.append((Int(sender), message))
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
