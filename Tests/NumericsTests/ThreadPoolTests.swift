import AllocationCounter
import Glibc
import Numerics
import Testing

struct ThreadPoolTests {
  /// Counts how often each tile runs, in a place of its own.
  private struct Counting: TileKernel {
    let counts: UnsafeMutablePointer<Int32>

    static var entry: TileFunction {
      { context, tile, _ in
        context.assumingMemoryBound(to: Counting.self).pointee.counts[tile] += 1
      }
    }
  }

  /// Counts the allocations of whichever thread runs a tile.
  private struct Watching: TileKernel {
    let counter: UnsafeMutablePointer<Int>?

    static var entry: TileFunction {
      { context, _, _ in
        allocation_counter_count_into(
          context.assumingMemoryBound(to: Watching.self).pointee.counter)
      }
    }
  }

  /// Halves a number.
  private struct Halving: TileKernel {
    let numbers: UnsafeMutablePointer<Float>

    static var entry: TileFunction {
      { context, tile, _ in
        context.assumingMemoryBound(to: Halving.self).pointee.numbers[tile] *= 0.5
      }
    }
  }

  /// Whoever runs a tile; and the thread around has its own numbers back afterwards.
  @Test(arguments: [1, 2, 4]) func subnormalNumbersAreZeros(threads: Int) {
    let pool = ThreadPool(threads: threads)
    var numbers = [Float](repeating: .leastNormalMagnitude, count: 1000)
    numbers.withUnsafeMutableBufferPointer { numbers in
      guard let start = numbers.baseAddress else { return }
      pool.run(Halving(numbers: start), tiles: numbers.count)
    }
    #expect(numbers.allSatisfy { $0 == 0 })
    numbers[0] = .leastNormalMagnitude
    #expect(numbers[0] * 0.5 > 0)
  }

  /// How often each tile ran in one job.
  private func counts(_ pool: ThreadPool, tiles: Int) -> [Int32] {
    var counts = [Int32](repeating: 0, count: tiles + 1)
    counts.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      pool.run(Counting(counts: start), tiles: tiles)
    }
    return counts
  }

  private func runsEachOnce(_ pool: ThreadPool, tiles: Int) -> Bool {
    let counts = counts(pool, tiles: tiles)
    return counts.dropLast().allSatisfy { $0 == 1 } && counts.last == 0
  }

  @Test(arguments: [1, 2, 4, 8])
  func eachTileRunsOnceInManySmallJobs(threads: Int) {
    let pool = ThreadPool(threads: threads)
    #expect(pool.threadCount == threads)
    let wrong = (0..<10_000).count { !runsEachOnce(pool, tiles: $0 * 7 % 41) }
    #expect(wrong == 0)
  }

  @Test(arguments: [65_534, 65_535, 65_536, 65_537, 200_000])
  func jobsMayHaveManyTiles(tiles: Int) {
    #expect(runsEachOnce(ThreadPool(threads: 2), tiles: tiles))
    #expect(runsEachOnce(ThreadPool(threads: 1), tiles: tiles))
  }

  @Test func sleepingThreadsWakeUp() {
    let pool = ThreadPool(threads: 4)
    for round in 0..<40 {
      // Around the time that a worker waits before it sleeps, and well beyond.
      usleep(round % 2 == 0 ? 3_000 : UInt32(10 * round))
      #expect(runsEachOnce(pool, tiles: 64))
    }
  }

  @Test func poolsComeAndGo() {
    for round in 0..<300 {
      let pool = ThreadPool(threads: 1 + round % 5)
      if round % 3 > 0 { #expect(runsEachOnce(pool, tiles: round)) }
      if round % 50 == 0 { usleep(1_000) }
    }
  }

  @Test(arguments: [-1, 0, 1])
  func thereIsAlwaysOneThread(threads: Int) {
    let pool = ThreadPool(threads: threads)
    #expect(pool.threadCount == 1)
    #expect(runsEachOnce(pool, tiles: 10))
  }

  @Test(.enabled(if: allocation_counter_is_available()))
  func runningAllocatesNothing() {
    let pool = ThreadPool(threads: 2)
    var count = 0
    withUnsafeMutablePointer(to: &count) { counter in
      allocation_counter_count_into(counter)
      for _ in 0..<1_000 { pool.run(Watching(counter: counter), tiles: 20) }
      for _ in 0..<1_000 { pool.run(Watching(counter: nil), tiles: 20) }
      allocation_counter_count_into(nil)
    }
    #expect(count == 0)
  }

  @Test func someProcessorIsAvailable() {
    #expect((1...sysconf(Int32(_SC_NPROCESSORS_CONF))).contains(ThreadPool.availableProcessors))
  }
}
