/// How fast the BLAS multiplies here: the yardstick for what training makes of the processor.
package enum ProductSpeed {
  /// The best of several products of two square matrices on all threads of a pool, in floating-point
  /// operations a second (a multiply-add is two).
  ///
  /// - Parameter size: of the matrices; 2048 is enough for the caches to be put to use.
  package static func measure(size: Int = 2048, repetitions: Int = 5, pool: ThreadPool) -> Double {
    let count = size * size
    let values = UnsafeMutablePointer<Float>.allocate(capacity: 3 * count)
    defer { values.deallocate() }
    let random = Random(seed: 0, .initialization(parameter: 0))
    for index in 0..<2 * count { values[index] = Float(random.uniform(index)) }
    let product = MatrixMultiply(
      rows: size, columns: size, depth: size, StoredMatrix(values, stride: size),
      StoredMatrix(values + count, stride: size), into: values + 2 * count, stride: size)
    let clock = ContinuousClock()
    var best = Double.infinity
    // The first one also wakes the threads and touches the memory.
    for _ in 0..<repetitions + 1 {
      let start = clock.now
      pool.run(product)
      best = min(best, (clock.now - start) / .seconds(1))
    }
    return 2 * Double(count) * Double(size) / best
  }
}
