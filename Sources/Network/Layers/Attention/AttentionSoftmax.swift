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
    var largest = Lanes(row, width).first(count, rest: -.greatestFiniteMagnitude)
    for first in Lanes.firsts(count) {
      let scores = Lanes(row + first, width)
        .first(count - first, rest: -.greatestFiniteMagnitude)
      largest = scores.larger(than: largest)
    }
    let shift = largest.largest
    var sums = Lanes(repeating: 0)
    for first in Lanes.firsts(count) {
      let powers = exponential((Lanes(row + first, width) - shift) * scale).first(count - first)
      powers.store(to: row + first, width)
      sums += powers
    }
    let share = 1 / sums.total
    for first in Lanes.firsts(end) {
      let weights = first < count ? Lanes(row + first, width) * share : Lanes(repeating: 0)
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
