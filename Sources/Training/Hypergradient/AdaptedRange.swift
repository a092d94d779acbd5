import Configuration

/// Where a hyperparameter that is adapted while training may go.
package struct AdaptedRange: ConfigObject {
  package var low: Double?
  package var high: Double?

  package init() {}

  package init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

  package static let keys: [Key<Self>] = [
    .low(
      \.low, in: .above(0), example: #""low": 0.00001"#),
    .high(\.high, in: .above(0), example: #""high": 0.1"#),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    Self.checkEnds(low, high, json, &reading)
  }

  /// A value moved by a factor, and into the range.
  func moved(_ value: Double, by factor: Double) -> Double { fitted(value * factor) }

  /// The nearest value of the range.
  func fitted(_ value: Double) -> Double {
    min(max(value, low ?? value), high ?? value)
  }
}
