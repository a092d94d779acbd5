import Glibc

/// The number of steps after which a series repeats itself.
///
/// The autocorrelation of what a straight line leaves over (Box, Jenkins, Reinsel, Time series analysis,
/// chapter 2) has a peak there. Of several about as high, the first is the period and the others are its
/// multiples.
package enum SeasonalPeriod {
  /// Values that are looked at, from the end, and the longest period.
  private static let mostValues = 20_000
  private static let longest = 1000
  /// A lower peak may be there by chance.
  private static let leastCorrelation = 0.3

  /// - Parameter values: in the order of time; those that are not finite are left out.
  /// - Returns: `nil` if there is none.
  package static func find(in values: [Double]) -> Int? {
    let values = detrended(values.suffix(mostValues).filter(\.isFinite))
    let count = values.count
    let energy = values.reduce(0) { $0 + $1 * $1 }
    guard count >= 12, energy > 0 else { return nil }
    let lags = min(count / 3, longest)
    let correlations = (0...lags).map { lag -> Double in
      var sum = 0.0
      for index in lag..<count { sum += values[index] * values[index - lag] }
      return sum / energy
    }
    // What is still near is alike for another reason.
    guard let low = correlations.indices.first(where: { correlations[$0] < leastCorrelation / 2 })
    else { return nil }
    let peaks = (max(2, low)..<max(2, low, lags)).filter {
      correlations[$0] >= leastCorrelation && correlations[$0] >= correlations[$0 - 1]
        && correlations[$0] > correlations[$0 + 1]
    }
    // Fewer products are summed at larger lags.
    func height(_ lag: Int) -> Double { correlations[lag] * Double(count) / Double(count - lag) }
    guard let highest = peaks.map(height).max() else { return nil }
    guard let first = peaks.first(where: { height($0) >= 0.85 * highest }) else { return nil }
    // Noise makes peaks of its own on the way to the top.
    return peaks.prefix { $0 * 10 <= first * 11 }.max { height($0) < height($1) }
  }

  /// What a straight line through the values leaves over.
  private static func detrended(_ values: [Double]) -> [Double] {
    let count = Double(values.count)
    guard count > 1 else { return values }
    let mean = values.reduce(0, +) / count
    let center = (count - 1) / 2
    var products = 0.0
    var squares = 0.0
    for (index, value) in values.enumerated() {
      let distance = Double(index) - center
      products += distance * (value - mean)
      squares += distance * distance
    }
    let slope = products / squares
    return values.enumerated().map { $1 - mean - slope * (Double($0) - center) }
  }
}
