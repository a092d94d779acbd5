/// The values that a hyperparameter may take, as an algorithm sees it: numbers all of them.
package enum Domain: Sendable, Equatable {
  /// Any number from `low` to `high`; in the logarithm, evenly by ratios.
  case real(low: Double, high: Double, isLogarithmic: Bool)
  /// `low`, `low + step`, … up to `high`, which is one of them.
  case integer(low: Int, high: Int, step: Int, isLogarithmic: Bool)
  /// `0 ..< count`, without an order.
  case category(count: Int)

  /// How many values there are; nil for the reals.
  package var count: Int? {
    switch self {
    case .real: nil
    case .integer: Int(min(valueCount, 0x1p62))
    case .category(let count): count
    }
  }

  package var isCategory: Bool {
    if case .category = self { true } else { false }
  }
}
