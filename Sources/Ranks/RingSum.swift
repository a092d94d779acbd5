#if MPI
  import CMPI

  /// A sum over all ranks, or an exchange of what each has, that goes on while this process computes something else.
  ///
  /// The values are cut into as many chunks as there are ranks. In each step a rank sends one chunk to the next rank and
  /// receives another from the one before: first each adds what arrives to its own values, until every rank has one
  /// chunk summed up; then the sums go round. Each rank sends 2·(n − 1)/n of the values, the least there is (Patarasuk
  /// and Yuan, Bandwidth optimal all-reduce algorithms for clusters of workstations, 2009), and each chunk is added up
  /// in one order, in one place, so that all ranks have the same bytes. An exchange is the second half of that.
  ///
  /// The library's own sums that go on (`MPI_Iallreduce` in place) take more than twice the time of those that do not
  /// (Documentation/MPI.md).
  final class RingSum {
    private let rank: Int
    private let size: Int
    /// What tells the messages of this sum from those of others on their way.
    private let tag: Int32
    private var values = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    private var arrived = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    /// A message that is sent, and one that is received.
    private let requests = UnsafeMutablePointer<MPI_Request?>.allocate(capacity: 2)
    private var step = 0
    /// Numbers that stay together.
    private var width = 1
    /// Which chunk a rank begins the second half with, from its own.
    private var ahead = 1

    init(rank: Int, size: Int, tag: Int) {
      self.rank = rank
      self.size = size
      self.tag = Int32(tag)
      requests.initialize(repeating: nil, count: 2)
    }

    deinit {
      requests.deallocate()
      arrived.deallocate()
    }

    /// Begins to add up values.
    func begin(_ values: UnsafeMutableBufferPointer<Float>) {
      self.values = values
      let largest = values.count / size + 1
      if arrived.count < largest {
        arrived.deallocate()
        arrived = .allocate(capacity: largest)
      }
      (width, ahead, step) = (1, 1, 0)
      exchange()
    }

    /// Begins to exchange rows of values, of which each rank has its share.
    func beginExchange(_ values: UnsafeMutableBufferPointer<Float>, width: Int) {
      self.values = values
      (self.width, ahead, step) = (width, 0, size - 1)
      exchange()
    }

    /// Goes on as far as messages have arrived.
    ///
    /// - Returns: whether the sums are there.
    func advance() -> Bool {
      while step < steps, mpi_test(requests, 2) != 0 {
        if step < size - 1 { add(chunk(rank - step - 1)) }
        step += 1
        if step < steps { exchange() }
      }
      return step == steps
    }

    private var steps: Int { 2 * (size - 1) }

    private func exchange() {
      // Behind the first half a rank has the sums of the chunk after its own.
      let first = rank - step + (step < size - 1 ? 0 : size - 1 + ahead)
      let (outgoing, incoming) = (chunk(first), chunk(first - 1))
      let target = step < size - 1 ? arrived.baseAddress : base(of: incoming)
      mpi_begin_receive(
        target, Int32(incoming.count), Int32((rank + size - 1) % size), tag, requests)
      mpi_begin_send(
        base(of: outgoing), Int32(outgoing.count), Int32((rank + 1) % size), tag, requests + 1)
    }

    private func base(of range: Range<Int>) -> UnsafeMutablePointer<Float>? {
      values.baseAddress.map { $0 + range.lowerBound }
    }

    private func chunk(_ number: Int) -> Range<Int> {
      let chunk = (number % size + size) % size
      let rows = values.count / width
      return rows * chunk / size * width..<rows * (chunk + 1) / size * width
    }

    private func add(_ range: Range<Int>) {
      guard let target = base(of: range), let source = arrived.baseAddress else { return }
      for index in 0..<range.count { target[index] += source[index] }
    }
  }
#endif
