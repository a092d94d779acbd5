import Glibc
import Numerics
import TestSupport
import Testing

/// The pool under delays that no training has: threads come late, tiles take long, jobs come when the threads are about to
/// sleep, and there are more threads than processors.
struct ThreadPoolStressTests {
  /// What a job is about, at an address of its own: whoever still runs a tile of a job that ended finds it spoiled.
  private struct Job {
    /// Random numbers that say how long each tile takes are drawn from it.
    var seed: UInt64
    /// How often each tile ran.
    let counts: UnsafeMutablePointer<Int32>
    let tiles: Int
    var isOver = false
  }

  private struct Delayed: TileKernel {
    let job: UnsafeMutablePointer<Job>
    /// Tiles that ran when their job was over, or that no job has.
    let strays: UnsafeMutablePointer<Int32>

    static var entry: TileFunction {
      { context, tile, _ in
        let kernel = context.assumingMemoryBound(to: Delayed.self).pointee
        let job = kernel.job
        guard !job.pointee.isOver, (0..<job.pointee.tiles).contains(tile) else {
          kernel.strays.pointee += 1
          return
        }
        var generator = SplitMix64(seed: job.pointee.seed &+ UInt64(tile))
        ThreadPoolStressTests.pause(&generator, most: 60, sleeps: 400)
        job.pointee.counts[tile] += 1
      }
    }
  }

  /// Mostly nothing, else a spin of some microseconds, and seldom a sleep, in which others run.
  ///
  /// - Parameters:
  ///   - most: microseconds of spinning.
  ///   - sleeps: one pause of so many is a sleep.
  private static func pause(_ generator: inout SplitMix64, most: Int, sleeps: Int) {
    switch Int.random(in: 0..<sleeps, using: &generator) {
    case 0: usleep(UInt32.random(in: 1...200, using: &generator))
    case 1...sleeps / 4:
      let end = ContinuousClock.now + .microseconds(Int.random(in: 1...most, using: &generator))
      while ContinuousClock.now < end {}
    case sleeps / 4...sleeps / 3: sched_yield()
    default: break
    }
  }

  /// Hands over jobs with pauses around the time after which threads sleep.
  ///
  /// - Returns: tiles that did not run once, and tiles that ran when they should not.
  private func stress(_ pool: ThreadPool, jobs: Int, seed: UInt64) -> (wrong: Int, strays: Int32) {
    var generator = SplitMix64(seed: seed)
    let job = UnsafeMutablePointer<Job>.allocate(capacity: 1)
    let strays = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    strays.initialize(to: 0)
    defer {
      job.deallocate()
      strays.deallocate()
    }
    var wrong = 0
    for _ in 0..<jobs {
      let tiles = Int.random(in: 0...Int.random(in: 1...70, using: &generator), using: &generator)
      let counts = UnsafeMutablePointer<Int32>.allocate(capacity: tiles + 1)
      counts.initialize(repeating: 0, count: tiles + 1)
      job.initialize(to: Job(seed: generator.next(), counts: counts, tiles: tiles))
      pool.run(Delayed(job: job, strays: strays), tiles: tiles)
      job.pointee.isOver = true
      wrong += (0..<tiles).count { counts[$0] != 1 } + (counts[tiles] == 0 ? 0 : 1)
      counts.deallocate()
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: usleep(UInt32.random(in: 1...300, using: &generator))
      case 1...3: Self.pause(&generator, most: 150, sleeps: 20)
      default: break
      }
    }
    return (wrong, strays.pointee)
  }

  @Test(arguments: [2, 3, 4, 8]) func everyTileRunsOnceWhateverTheDelays(threads: Int) {
    let found = stress(ThreadPool(threads: threads), jobs: 1500, seed: UInt64(threads))
    #expect(found.wrong == 0 && found.strays == 0)
  }

  /// Pools of several runs of a search share the processors.
  @Test func poolsBesideEachOther() async {
    let findings = await withTaskGroup(of: (wrong: Int, strays: Int32).self) { group in
      for seed in 1...3 {
        group.addTask { stress(ThreadPool(threads: 3), jobs: 600, seed: UInt64(100 + seed)) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(findings.count == 3)
    #expect(findings.allSatisfy { $0.wrong == 0 && $0.strays == 0 })
  }

  /// A pool that ends while its threads are still about to sleep, or to wake.
  @Test func poolsEndAtAnyMoment() {
    var generator = SplitMix64(seed: 31)
    for round in 0..<300 {
      let pool = ThreadPool(threads: 2 + round % 4)
      let found = stress(pool, jobs: round % 4, seed: generator.next())
      #expect(found.wrong == 0 && found.strays == 0)
      Self.pause(&generator, most: 150, sleeps: 4)
    }
  }
}
