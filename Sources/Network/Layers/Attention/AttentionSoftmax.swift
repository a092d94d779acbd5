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
    let padded = (count + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
    for index in count..<padded { row[index] = -.greatestFiniteMagnitude }
    var largest = Lanes(row, Lanes.scalarCount)
    for index in stride(from: Lanes.scalarCount, to: padded, by: Lanes.scalarCount) {
      let values = Lanes(row + index, Lanes.scalarCount)
      largest.replace(with: values, where: values .> largest)
    }
    let shift = largest.largest
    for index in 0..<padded { row[index] = exponential((row[index] - shift) * scale) }
    for index in count..<max(padded, end) { row[index] = 0 }
    var sums = Lanes(repeating: 0)
    for index in stride(from: 0, to: padded, by: Lanes.scalarCount) {
      sums += Lanes(row + index, Lanes.scalarCount)
    }
    let share = 1 / sums.total
    for index in 0..<padded { row[index] *= share }
  }

  /// Replaces the gradients gⱼ of the weights wⱼ by those of the scores, `scale · wⱼ · (gⱼ − Σₖ gₖ wₖ)`.
  static func differentiate(
    _ gradient: UnsafeMutablePointer<Float>, _ weights: UnsafePointer<Float>, count: Int,
    scale: Float
  ) {
    var sums = Lanes(repeating: 0)
    for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
      let rest = count - index
      sums += Lanes(gradient + index, rest) * Lanes(weights + index, rest)
    }
    let mean = sums.total
    for index in 0..<count {
      gradient[index] = scale * weights[index] * (gradient[index] - mean)
    }
  }
}
