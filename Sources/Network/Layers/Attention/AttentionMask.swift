import Numerics

/// Which attention weights are dropped in a pass. It is drawn anew wherever it is needed.
struct AttentionMask {
  let geometry: AttentionGeometry
  /// Where the rows begin in the batch.
  let firstRow: Int
  let rate: Double
  let random: Random

  /// Fills the mask of the keys that a query sees, with 0 or 1 / (1 − rate).
  func fill(
    _ mask: UnsafeMutablePointer<Float>, row: Int, head: Int, query: Int, keys: Int
  ) {
    let index = ((firstRow + row) * geometry.heads + head) * geometry.steps + query
    let first = index * geometry.maskStride
    // Whole blocks of random numbers are faster than parts.
    random.fillMask(mask, numbers: first..<first + (keys + 63) / 64 * 64, rate: rate)
  }
}
