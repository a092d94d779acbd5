import Configuration
import Glibc

/// What numbers go through before they are scaled.
package struct NumberCurve: ConfigObject, Equatable {
  package enum Kind: String, CaseIterable, Sendable {
    case none
    case log
    case quantile
  }

  package var kind = Kind.none
  /// Of the training numbers, ascending, at equal shares from 0 to 1.
  package var quantiles: [Double] = []

  package init() {}

  package static let keys: [Key<Self>] = [
    Key("kind", \.kind, .choice, help: "The curve."),
    Key("quantiles", \.quantiles, .list(.number()), help: "Of the training numbers."),
  ]

  /// How many quantiles are kept, as scikit-learn's `QuantileTransformer` does.
  private static let mostQuantiles = 1000
  /// How near to 0 and 1 ranks come; the score of the first and the last is that of this share.
  package static let smallestShare = 1e-7

  /// - Parameter values: called with a function to hand each training number to.
  static func fit(_ kind: Kind, _ values: ((Double) -> Void) -> Void) -> NumberCurve {
    var curve = NumberCurve()
    curve.kind = kind
    guard kind == .quantile else { return curve }
    var all: [Double] = []
    values { all.append($0) }
    all.sort()
    let count = min(mostQuantiles, all.count)
    curve.quantiles = (0..<count).map {
      all.percentile(count > 1 ? Double($0) / Double(count - 1) : 0)
    }
    return curve
  }

  func apply(_ value: Double) -> Double {
    switch kind {
    case .none: value
    case .log: value < 0 ? -log1p(-value) : log1p(value)
    case .quantile: score(of: value)
    }
  }

  /// The normal score of a number's rank, of equal numbers that of the middle one.
  private func score(of value: Double) -> Double {
    let share = rank(of: value)
    return NormalDistribution.quantile(
      min(max(share, Self.smallestShare), 1 - Self.smallestShare))
  }

  private func rank(of value: Double) -> Double {
    guard let first = quantiles.first, let last = quantiles.last, value > first else { return 0 }
    guard value < last else { return 1 }
    let step = 1 / Double(quantiles.count - 1)
    let lower = quantiles.partition { $0 < value }
    let upper = quantiles.partition { $0 <= value }
    // Among the quantiles, or between two of them.
    if upper > lower { return Double(lower + upper - 1) / 2 * step }
    let (below, above) = (quantiles[lower - 1], quantiles[lower])
    return (Double(lower - 1) + (value - below) / (above - below)) * step
  }

  /// Why the curve of a model file cannot be; `nil` if it is sound.
  package var problem: String? {
    guard kind == .quantile else { return nil }
    let ascends = zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 <= $1 }
    return quantiles.isEmpty || !ascends ? "its quantiles do not ascend" : nil
  }
}

extension [Double] {
  /// How many of ascending numbers, the first of which fulfil a condition, do.
  fileprivate func partition(_ isBefore: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
