import Datasets
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
  /// A broad peak has its highest point where noise puts it, this near to the period and not much above it.
  private static let noise = (distance: 0.03, height: 0.9)

  /// - Parameters:
  ///   - values: in the order of time; those that are not finite are left out.
  ///   - natural: periods that series with such steps have.
  /// - Returns: `nil` if there is none.
  package static func find(in values: [Double], natural: [Int] = []) -> Int? {
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
    let near = peaks.prefix { $0 * 10 <= first * 11 }
    guard let found = near.max(by: { height($0) < height($1) }) else { return nil }
    let known = natural.filter {
      $0 < lags && abs(Double($0 - found)) <= noise.distance * Double(found)
        && height($0) >= noise.height * height(found)
    }
    return known.min { abs($0 - found) < abs($1 - found) } ?? found
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

extension TimeStep {
  /// The steps of an hour, a day, a week and a year, as far as they are whole numbers or, of a year, long ones.
  package var naturalPeriods: [Int] {
    let lengths: [Double] =
      switch unit {
      case .number: []
      case .month: [12 / count]
      case .second: [3600, 86_400, 604_800].map { $0 / count } + [(31_557_600 / count).rounded()]
      }
    return lengths.filter { (2...1e6).contains($0) && $0 == $0.rounded() }.map { Int($0) }
  }
}
