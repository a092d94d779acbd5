/// What the Gaussian process sees of the values of trials.
enum TargetScale {
  /// Standardized values; of a trial that failed, that of the worst that did not. Zeros if all are equal or none is
  /// finite.
  static func standardized(_ values: [Double]) -> [Double] {
    let finite = values.filter(\.isFinite).sorted()
    guard let least = finite.first, let worst = finite.last, least < worst else {
      return values.map { _ in 0 }
    }
    // Halves, since the difference of the extremes may be too large for a number.
    let range = worst / 2 - least / 2
    guard range > 0 else { return values.map { _ in 0 } }
    var scaled = values.map { $0.isFinite ? ($0 / 2 - least / 2) / range : 1 }
    let mode = ScalePrior.knob(6, 0)
    let sorted = scaled.sorted()
    func q(_ f: Double) -> Double { sorted[min(Int(f * Double(sorted.count)), sorted.count - 1)] }
    let median = q(0.5)
    if mode == 1 {  // winsorize
      let cap = median + ScalePrior.knob(7, 3) * max(median - q(0.05), 1e-300)
      scaled = scaled.map { min($0, cap) }
    } else if mode == 2 {  // soft log compression above the median
      let s = max(median - q(0.0), 1e-300) * ScalePrior.knob(7, 1)
      scaled = scaled.map {
        $0 <= median ? $0 : median + s * ElementaryFunctions.logarithm(1 + ($0 - median) / s)
      }
    } else if mode == 3 {  // log above q-th quantile w/ scale
      let m = q(ScalePrior.knob(8, 0.25))
      let s = max(m - sorted[0], 1e-300) * ScalePrior.knob(7, 1)
      scaled = scaled.map {
        $0 <= m ? $0 : m + s * ElementaryFunctions.logarithm(1 + ($0 - m) / s)
      }
    }
    var mean = 0.0
    for v in scaled { mean += v }
    mean /= Double(scaled.count)
    var square = 0.0
    for v in scaled { square += (v - mean) * (v - mean) }
    let deviation = (square / Double(scaled.count)).squareRoot()
    guard deviation > 0 else { return values.map { _ in 0 } }
    return scaled.map { ($0 - mean) / deviation }
  }
}
