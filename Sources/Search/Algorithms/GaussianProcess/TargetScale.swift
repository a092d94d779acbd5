/// What the Gaussian process sees of the values of trials.
enum TargetScale {
  /// Standardized values; of a trial that failed, that of the worst that did not. Zeros if all are equal or
  /// none is finite.
  static func standardized(_ values: [Double]) -> [Double] {
    let scaled = normalized(values)
    let count = Double(max(1, scaled.count))
    let mean = scaled.reduce(0, +) / count
    let variance = scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    guard variance > 0 else { return values.map { _ in 0 } }
    return scaled.map { ($0 - mean) / variance.squareRoot() }
  }

  /// From 0 for the best to 1 for the worst and what failed; zeros if all are equal.
  ///
  /// Beyond the median m of what grows evenly, f, it grows by the logarithm: m·(1 + log(f/m)). A smooth
  /// process cannot follow both the cliffs where training diverges and the valley between them, and only the
  /// valley matters.
  static func normalized(_ values: [Double]) -> [Double] {
    let even = evenly(values)
    guard !even.isEmpty else { return [] }
    let median = even.sorted()[even.count / 2]
    // Where half of the trials are as good as the best, nothing tells how wide the valley is.
    guard median > 0 else { return even }
    func bent(_ value: Double) -> Double {
      guard value > median else { return value }
      let ratio =
        ElementaryFunctions.logarithm(value) - ElementaryFunctions.logarithm(median)
      return median * (1 + ratio)
    }
    let worst = bent(1)
    return even.map { bent($0) / worst }
  }

  private static func evenly(_ values: [Double]) -> [Double] {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let worst = finite.max() else { return values.map { _ in 0 } }
    // Halves, since the difference of the extremes may be too large for a number.
    let range = worst / 2 - least / 2
    return values.map { value in
      guard value.isFinite else { return range > 0 || finite.count < values.count ? 1 : 0 }
      return range > 0 ? (value / 2 - least / 2) / range : 0
    }
  }
}
