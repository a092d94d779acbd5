import Glibc

// The unit interval as the common measure of all domains: equal parts of it for the values of an integer
// or a category, and equal lengths for equal ratios where a domain is logarithmic.
extension Domain {
  /// The value at a place of the unit interval; what lies outside counts as the nearer end.
  package func value(at unit: Double) -> Double {
    let unit = unit.isNaN ? 0.5 : min(max(unit, 0), 1)
    switch self {
    case .real(let low, let high, _):
      guard let scale = logarithmicScale else {
        return min(max(low + unit * (high - low), low), high)
      }
      return min(max(exp(scale.first + unit * scale.length), low), high)
    case .integer(let low, _, let step, _):
      guard let scale = logarithmicScale else {
        return Double(low) + min((unit * valueCount).rounded(.down), valueCount - 1) * Double(step)
      }
      return nearest(to: exp(scale.first + unit * scale.length))
    case .category:
      return min((unit * valueCount).rounded(.down), valueCount - 1)
    }
  }

  /// The place of a value in the unit interval; of an integer or a category, the middle of its part.
  package func unit(of value: Double) -> Double {
    let value = nearest(to: value)
    if let scale = logarithmicScale {
      return scale.length > 0 ? min(max((log(value) - scale.first) / scale.length, 0), 1) : 0.5
    }
    switch self {
    case .real(let low, let high, _): return high > low ? (value - low) / (high - low) : 0.5
    case .integer(let low, _, let step, _):
      return ((value - Double(low)) / Double(step) + 0.5) / valueCount
    case .category: return (value + 0.5) / valueCount
    }
  }

  /// The value of the domain that is nearest to any number.
  package func nearest(to value: Double) -> Double {
    switch self {
    case .real(let low, let high, _): return value.isNaN ? low : min(max(value, low), high)
    case .integer(let low, _, let step, _):
      guard !value.isNaN else { return Double(low) }
      let index = ((value - Double(low)) / Double(step)).rounded()
      return Double(low) + min(max(index, 0), valueCount - 1) * Double(step)
    case .category: return value.isNaN ? 0 : min(max(value.rounded(), 0), valueCount - 1)
    }
  }

  /// How many values there are, at least one; infinite for the reals.
  package var valueCount: Double {
    switch self {
    case .real: .infinity
    case .integer(let low, let high, let step, _):
      max(((Double(high) - Double(low)) / Double(step)).rounded(.down) + 1, 1)
    case .category(let count): Double(max(count, 1))
    }
  }

  /// The part of the unit interval that has one value of a domain, at a place; 0 for the reals.
  package func cellWidth(at unit: Double) -> Double {
    switch self {
    case .real: return 0
    case .category: return 1 / valueCount
    case .integer(_, _, let step, _):
      guard let scale = logarithmicScale, scale.length > 0 else { return 1 / valueCount }
      let value = value(at: unit)
      let half = Double(step) / 2
      let (below, above) = (max(value - half, value / 2), value + half)
      return min(log(above / below) / scale.length, 1)
    }
  }

  /// The logarithm of the least number that is rounded into the domain, and how far it is to the greatest;
  /// nil for a domain that is not logarithmic.
  private var logarithmicScale: (first: Double, length: Double)? {
    switch self {
    case .real(let low, let high, true) where low > 0: return (log(low), log(high) - log(low))
    case .integer(let low, let high, let step, true) where low > 0:
      let half = Double(step) / 2
      let first = log(max(Double(low) - half, Double(low) / 2))
      return (first, log(Double(high) + half) - first)
    default: return nil
    }
  }
}
