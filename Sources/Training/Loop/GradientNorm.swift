import Numerics

/// The length of the gradient: the root of the sum of squares over all parameters.
///
/// An epoch notes the mean of some updates at equal distances, since a look at every gradient would cost small networks
/// time.
struct GradientNorm: RunState {
  private var sum = 0.0
  private var count = 0

  /// Updates of an epoch whose gradients are looked at, about.
  private static let looks = 16

  /// Not a number before the first look.
  var mean: Double { count > 0 ? sum / Double(count) : .nan }

  mutating func reset() { (sum, count) = (0, 0) }

  mutating func add(_ norm: Double) {
    sum += norm
    count += 1
  }

  /// Whether an update, counted from 0, is one of those to look at.
  static func isDue(_ update: Int, updatesPerEpoch: Int) -> Bool {
    update % max(1, updatesPerEpoch / looks) == 0
  }

  mutating func exchange(_ archive: inout StateArchive) {
    archive.value("sum", &sum)
    archive.value("count", &count)
  }

  /// The tiles and the order of their sums depend on shapes only.
  ///
  /// - Parameter partialSums: room for one number a tile.
  static func of(
    _ memory: Memory, partialSums: UnsafeMutableBufferPointer<Double>, pool: ThreadPool
  ) -> Double {
    let gradients = memory.gradients
    guard let values = gradients.baseAddress, let sums = partialSums.baseAddress else { return 0 }
    let tiles = Tiling.tiles(elements: gradients.count)
    pool.run(SquareSumKernel(values: values, count: gradients.count, sums: sums), tiles: tiles)
    var sum = 0.0
    for tile in 0..<tiles { sum += sums[tile] }
    return sum.squareRoot()
  }
}

private struct SquareSumKernel: TileKernel {
  let values: UnsafePointer<Float>
  let count: Int
  let sums: UnsafeMutablePointer<Double>

  init(
    values: UnsafeMutablePointer<Float>, count: Int, sums: UnsafeMutablePointer<Double>
  ) {
    self.values = UnsafePointer(values)
    self.count = count
    self.sums = sums
  }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: SquareSumKernel.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let range = Tiling.range(of: tile, count: count)
    var lanes = SIMD8<Double>(repeating: 0)
    var index = range.lowerBound
    while index + 8 <= range.upperBound {
      let value = SIMD8<Double>(
        UnsafeRawPointer(values + index).loadUnaligned(as: SIMD8<Float>.self))
      lanes += value * value
      index += 8
    }
    var sum = lanes.sum()
    while index < range.upperBound {
      sum += Double(values[index]) * Double(values[index])
      index += 1
    }
    sums[tile] = sum
  }
}
