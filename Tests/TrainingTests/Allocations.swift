import AllocationCounter
import Numerics
import Testing
import Training

/// Makes whichever thread runs a tile count its allocations; a tile takes long enough for every
/// thread to get one.
private struct Watching: TileKernel {
  let counter: UnsafeMutablePointer<Int>?

  static var entry: TileFunction {
    { context, _, _ in
      allocation_counter_count_into(
        context.assumingMemoryBound(to: Watching.self).pointee.counter)
      var spins = 0
      while spins < 100_000 { spins += 1 }
    }
  }
}

/// What happens every few iterations only happens within so many; the runtime makes the metadata of a type when it
/// is used first.
private let warmUp = 20

/// Expects iterations after the first epoch to allocate nothing, on any thread.
func expectNoAllocation(
  in loop: TrainingLoop, _ pool: ThreadPool, iterations: Int = 50
) throws {
  for iteration in 0..<max(warmUp, loop.batchCount) {
    _ = loop.iterate(iteration % loop.batchCount)
  }
  var count = 0
  withUnsafeMutablePointer(to: &count) { counter in
    pool.run(Watching(counter: counter), tiles: 64)
    allocation_counter_count_into(counter)
    for iteration in 0..<iterations { _ = loop.iterate(iteration % loop.batchCount) }
    allocation_counter_count_into(nil)
    pool.run(Watching(counter: nil), tiles: 64)
  }
  #expect(count == 0)
  // The counter counts: an array is an allocation.
  withUnsafeMutablePointer(to: &count) { counter in
    allocation_counter_count_into(counter)
    let array = Array(repeating: loop.batchCount, count: 1000)
    allocation_counter_count_into(nil)
    #expect(array.count == 1000)
  }
  #expect(count > 0)
}
