/// Which values of an objective are better.
package enum Direction: String, Sendable {
  case minimize = "MINIMIZE"
  case maximize = "MAXIMIZE"

  /// Whether one value is better than another, not as good.
  package func isBetter(_ value: Double, than other: Double) -> Bool {
    switch self {
    case .minimize: value < other
    case .maximize: value > other
    }
  }
}
