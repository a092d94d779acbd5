/// How numbers are brought to a common size, with statistics of the training part only.
package enum Scaling: String, CaseIterable, Sendable {
  case none
  /// `(x − mean) / standard deviation`
  case standard
  /// `(x − minimum) / (maximum − minimum)`
  case minMax = "min_max"
  /// `(x − median) / (third quartile − first quartile)`
  case robust
  /// The normal score of the rank among the training numbers.
  case quantile
  /// `sign(x) · ln(1 + |x|)`, and then standard.
  case log

  /// The curve that numbers go through before they are scaled.
  var curve: NumberCurve.Kind {
    switch self {
    case .none, .standard, .minMax, .robust: .none
    case .quantile: .quantile
    case .log: .log
    }
  }

  /// The scaling without its curve, for numbers that have to be scaled back: dates, and targets, whose figures
  /// are in their own units.
  var linear: Scaling { curve == .none ? self : .standard }

  /// The scale for numbers; constant numbers become 0.
  ///
  /// - Parameter values: called once or twice with a function to hand each number to.
  func fit(_ values: ((Double) -> Void) -> Void) -> Scale {
    switch self {
    case .none, .quantile: return .identity
    case .standard, .log:
      var count = 0.0
      var sum = 0.0
      values {
        count += 1
        sum += $0
      }
      guard count > 0 else { return .identity }
      let mean = sum / count
      // The second pass around the mean keeps the digits that a difference of squares would lose.
      var squares = 0.0
      values { squares += ($0 - mean) * ($0 - mean) }
      let deviation = (squares / count).squareRoot()
      return Scale(offset: mean, divisor: deviation > 0 ? deviation : 1)
    case .robust:
      var all: [Double] = []
      values { all.append($0) }
      guard !all.isEmpty else { return .identity }
      all.sort()
      let range = all.percentile(0.75) - all.percentile(0.25)
      return Scale(offset: all.percentile(0.5), divisor: range > 0 ? range : 1)
    case .minMax:
      var smallest = Double.infinity
      var largest = -Double.infinity
      values {
        smallest = min(smallest, $0)
        largest = max(largest, $0)
      }
      guard smallest <= largest else { return .identity }
      return Scale(offset: smallest, divisor: largest > smallest ? largest - smallest : 1)
    }
  }
}

/// `scaled = (x − offset) / divisor`
package struct Scale: Sendable, Equatable {
  package var offset: Double
  package var divisor: Double

  package init(offset: Double, divisor: Double) {
    self.offset = offset
    self.divisor = divisor
  }

  package static let identity = Scale(offset: 0, divisor: 1)

  package func apply(_ value: Double) -> Double { (value - offset) / divisor }
  /// The scaled number as the network gets it; infinite where single precision does not hold it.
  func encode(_ value: Double) -> Float { Float(apply(value)) }
  package func invert(_ value: Double) -> Double { value * divisor + offset }
}

extension [Double] {
  /// A percentile of ascending numbers, between two of them in proportion, as numpy's `linear` has it.
  ///
  /// - Precondition: there is a number.
  func percentile(_ share: Double) -> Double {
    let place = share * Double(count - 1)
    let lower = Int(place.rounded(.down))
    let upper = Swift.min(lower + 1, count - 1)
    return self[lower] + (self[upper] - self[lower]) * (place - Double(lower))
  }
}
