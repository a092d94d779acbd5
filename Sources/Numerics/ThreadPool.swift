import CProcessor
import Glibc
import Synchronization

/// The C entry of a kernel: its context, the number of a tile, and the number of the worker that runs
/// it, which decides about scratch memory and nothing else.
package typealias TileFunction = @convention(c) (UnsafeRawPointer, Int, Int) -> Void

/// Work that is cut into tiles which may run in any order, on any thread.
///
/// A kernel is a struct of pointers and sizes. Its tiles write disjoint ranges, and what they write does not depend on the
/// number of threads: nor does how many there are, unless each number is the same sum however they are cut.
package protocol TileKernel {
  /// Runs one tile of the kernel that the pointer points to. A C function, so that handing it to a
  /// thread allocates nothing.
  static var entry: TileFunction { get }
}

/// A fixed set of threads that share the tiles of one kernel at a time.
///
/// Handing over is an atomic store that the spinning workers see within a fraction of a
/// microsecond; a worker that finds no work for some tens of microseconds goes to sleep.
/// `run` is called from one thread at a time.
package final class ThreadPool: Sendable {
  package let threadCount: Int
  package let scratch: Scratch
  private let shared: SharedWork
  private let workers: [pthread_t]

  /// The number of processors that this process may use.
  package static var availableProcessors: Int {
    var mask = [UInt8](repeating: 0, count: 1024)
    let filled = processor_affinity(0, UInt(mask.count), &mask)
    guard filled >= 0 else { return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
    return max(1, mask.reduce(0) { $0 + $1.nonzeroBitCount })
  }

  package init(threads: Int) {
    // Each tile is a product for itself; threads of the BLAS would compete with these.
    BLASLibrary.useSingleThread()
    threadCount = max(1, threads)
    scratch = Scratch(workers: threadCount)
    shared = SharedWork(threads: threadCount)
    var workers: [pthread_t] = []
    for number in 1..<max(1, threads) {
      var thread = pthread_t()
      let context = Unmanaged.passRetained(Worker(number: number, shared: shared))
      let status = pthread_create(&thread, nil, workerMain, context.toOpaque())
      if status == 0 {
        workers.append(thread)
      } else {
        // Fewer threads than asked for compute the same result, later.
        context.release()
      }
    }
    self.workers = workers
  }

  deinit {
    shared.stop()
    for worker in workers { pthread_join(worker, nil) }
  }

  /// Runs all tiles of a kernel and returns when the last is done.
  ///
  /// Tiles take subnormal numbers for zeros, on every thread alike: moments of an optimizer whose gradients
  /// have stayed zero for long decay to them, and processors compute with them many times slower.
  package func run<Kernel: TileKernel>(_ kernel: Kernel, tiles: Int) {
    let before = processor_flush_subnormals()
    defer { processor_restore_subnormals(before) }
    withUnsafePointer(to: kernel) { kernel in
      if workers.isEmpty || tiles < 2 {
        for tile in 0..<tiles { Kernel.entry(kernel, tile, 0) }
        return
      }
      // Large batches of wide rows have more tiles than the ticket of one job counts.
      var first = 0
      while first < tiles {
        let count = min(tiles - first, SharedWork.mostTiles)
        shared.run(Kernel.entry, UnsafeRawPointer(kernel), first: first, tiles: count)
        first += count
      }
    }
  }
}

private func workerMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  let worker = Unmanaged<Worker>.fromOpaque(context).takeRetainedValue()
  worker.shared.work(as: worker.number)
  return nil
}

/// What a new thread is told: who it is, and where the work is.
private final class Worker: Sendable {
  let number: Int
  let shared: SharedWork

  init(number: Int, shared: SharedWork) {
    self.number = number
    self.shared = shared
  }
}

/// What the threads of a pool share.
///
/// Each thread has a share of the tiles of a job, one behind the other: kernels that follow each other mostly
/// cut their rows alike, so that a thread finds in its caches what it left there. A thread whose share
/// is done takes tiles from the ends of the others'.
///
/// The ticket of a share packs the number of the job (32 bits), the end of the share and its next tile
/// (16 bits each). A thread takes a tile by a compare-and-exchange on a ticket; that it succeeds proves
/// that the job whose entry, context and first tile it has just read is still the current one, since a
/// job ends only after its last tile.
private final class SharedWork: Sendable {
  /// The most that 16 bits count.
  static let mostTiles = 0xFFFF
  /// About 50 µs of pauses.
  private static let spinsBeforeSleep = 3_000

  private let shares: Int
  private let tickets: Tickets
  /// The number of the current job, which tells the threads that there is one.
  private let job = Atomic<UInt32>(0)
  private let entry = Atomic<UInt>(0)
  private let context = Atomic<UInt>(0)
  /// The kernel's number of the job's first tile.
  private let first = Atomic<Int>(0)
  private let unfinished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let isStopping = Atomic<Bool>(false)
  private let sleep = Sleep()

  init(threads: Int) {
    shares = threads
    tickets = Tickets(count: threads)
  }

  func run(_ entry: TileFunction, _ context: UnsafeRawPointer, first: Int, tiles: Int) {
    self.entry.store(unsafeBitCast(entry, to: UInt.self), ordering: .relaxed)
    self.context.store(UInt(bitPattern: context), ordering: .relaxed)
    self.first.store(first, ordering: .relaxed)
    unfinished.store(tiles, ordering: .relaxed)
    let number = job.load(ordering: .relaxed) &+ 1
    for share in 0..<shares {
      let ticket = Ticket(
        job: number, next: tiles * share / shares, end: tiles * (share + 1) / shares)
      tickets.store(ticket, in: share)
    }
    job.store(number, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { sleep.wakeAll() }
    // The thread that hands over is worker 0.
    while takeTile(0) {}
    var spins = 0
    while unfinished.load(ordering: .acquiring) > 0 {
      processor_pause()
      spins += 1
      // More threads than processors: let the one that holds the last tile run.
      if spins > Self.spinsBeforeSleep { sched_yield() }
    }
  }

  /// Takes and runs one tile of the current job, if one is left.
  private func takeTile(_ worker: Int) -> Bool {
    for offset in 0..<shares {
      let share = worker + offset < shares ? worker + offset : worker + offset - shares
      if takeTile(of: share, worker) { return true }
    }
    return false
  }

  private func takeTile(of share: Int, _ worker: Int) -> Bool {
    while true {
      let ticket = tickets.load(share)
      guard ticket.next < ticket.end else { return false }
      let entry = self.entry.load(ordering: .relaxed)
      let context = self.context.load(ordering: .relaxed)
      let first = self.first.load(ordering: .relaxed)
      var rest = ticket
      let tile = share == worker ? rest.takeFirst() : rest.takeLast()
      guard tickets.exchange(ticket, for: rest, in: share) else { continue }
      if let context = UnsafeRawPointer(bitPattern: context) {
        unsafeBitCast(entry, to: TileFunction.self)(context, first + tile, worker)
      }
      unfinished.subtract(1, ordering: .releasing)
      return true
    }
  }

  func work(as worker: Int) {
    _ = processor_flush_subnormals()
    var seen: UInt32 = 0
    var spins = 0
    while !isStopping.load(ordering: .acquiring) {
      let current = job.load(ordering: .acquiring)
      if current != seen {
        seen = current
        while takeTile(worker) {}
        spins = 0
        continue
      }
      processor_pause()
      spins += 1
      if spins > Self.spinsBeforeSleep {
        waitForJob(after: seen)
        spins = 0
      }
    }
  }

  private func waitForJob(after seen: UInt32) {
    sleep.locked { wait in
      sleepers.add(1, ordering: .sequentiallyConsistent)
      while job.load(ordering: .sequentiallyConsistent) == seen,
        !isStopping.load(ordering: .acquiring)
      { wait() }
      sleepers.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    sleep.wakeAll()
  }
}

/// What is left of a thread's share of a job.
private struct Ticket {
  let job: UInt32
  private(set) var next: Int
  private(set) var end: Int

  init(job: UInt32, next: Int, end: Int) {
    self.job = job
    self.next = next
    self.end = end
  }

  init(bits: UInt64) {
    job = UInt32(truncatingIfNeeded: bits >> 32)
    end = Int(bits >> 16 & 0xFFFF)
    next = Int(bits & 0xFFFF)
  }

  var bits: UInt64 { UInt64(job) << 32 | UInt64(end) << 16 | UInt64(next) }

  mutating func takeFirst() -> Int {
    next += 1
    return next - 1
  }

  mutating func takeLast() -> Int {
    end -= 1
    return end
  }
}

/// The tickets of all shares, each on cache lines of its own.
private final class Tickets: @unchecked Sendable {
  private let first: UnsafeMutablePointer<Atomic<UInt64>>
  private let count: Int
  /// Two lines, since processors fetch them in pairs.
  private static let stride = 128 / MemoryLayout<Atomic<UInt64>>.stride

  init(count: Int) {
    self.count = count
    first = .allocate(capacity: count * Self.stride)
    for index in 0..<count * Self.stride { (first + index).initialize(to: Atomic(0)) }
  }

  deinit {
    first.deinitialize(count: count * Self.stride)
    first.deallocate()
  }

  func load(_ share: Int) -> Ticket {
    Ticket(bits: first[share * Self.stride].load(ordering: .acquiring))
  }

  func store(_ ticket: Ticket, in share: Int) {
    first[share * Self.stride].store(ticket.bits, ordering: .releasing)
  }

  /// Replaces a ticket, unless it is another one by now.
  func exchange(_ ticket: Ticket, for new: Ticket, in share: Int) -> Bool {
    first[share * Self.stride].weakCompareExchange(
      expected: ticket.bits, desired: new.bits, ordering: .acquiringAndReleasing
    ).exchanged
  }
}

/// A place to sleep until woken: a POSIX mutex and condition at a fixed address.
private final class Sleep: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func locked(_ body: (_ wait: () -> Void) -> Void) {
    pthread_mutex_lock(mutex)
    body { pthread_cond_wait(condition, mutex) }
    pthread_mutex_unlock(mutex)
  }

  func wakeAll() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}
