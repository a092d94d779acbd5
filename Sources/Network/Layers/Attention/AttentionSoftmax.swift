import Numerics

/// The softmax of one row of scores and its derivative.
enum AttentionSoftmax {
  /// Replaces scores sⱼ by `e^(scale · sⱼ) / Σₖ e^(scale · sₖ)`.
  ///
  /// - Parameters:
  ///   - row: has room for whole vectors.
  ///   - count: the scores that count.
  ///   - end: from `count` to here the row becomes 0.
  static func apply(
    _ row: UnsafeMutablePointer<Float>, count: Int, end: Int, scale: Float
  ) {
    let width = Lanes.scalarCount
    let share = 1 / exponentials(row, count: count, scale: scale, into: row).sum
    for first in Lanes.firsts(end) {
      let rest = count - first
      let weights = rest > 0 ? Lanes(row + first, rest) * share : Lanes()
      weights.store(to: row + first, width)
    }
  }

  /// Replaces the gradients gⱼ of the weights wⱼ by those of the scores, `scale · wⱼ · (gⱼ − Σₖ gₖ wₖ)`.
  static func differentiate(
    _ gradient: UnsafeMutablePointer<Float>, _ weights: UnsafePointer<Float>, count: Int,
    scale: Float
  ) {
    var sums = Lanes(repeating: 0)
    for first in Lanes.firsts(count) {
      let rest = count - first
      sums += Lanes(gradient + first, rest) * Lanes(weights + first, rest)
    }
    let mean = sums.total
    for first in Lanes.firsts(count) {
      let rest = count - first
      let difference = Lanes(gradient + first, rest) - mean
      (scale * Lanes(weights + first, rest) * difference).store(to: gradient + first, rest)
    }
  }
}
