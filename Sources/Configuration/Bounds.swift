/// The range that a number may lie in; each end is open, closed or absent.
package struct Bounds: Sendable, Equatable {
  package struct End: Sendable, Equatable {
    package var value: Double
    package var isIncluded: Bool
  }

  package var lower: End?
  package var upper: End?

  package static let any = Bounds()

  /// Greater than `value`.
  package static func above(_ value: Double) -> Bounds {
    Bounds(lower: End(value: value, isIncluded: false))
  }

  package static func atLeast(_ value: Double) -> Bounds {
    Bounds(lower: End(value: value, isIncluded: true))
  }

  /// Both ends included.
  package static func between(_ lower: Double, _ upper: Double) -> Bounds {
    Bounds(
      lower: End(value: lower, isIncluded: true), upper: End(value: upper, isIncluded: true))
  }

  /// The lower end included, the upper not.
  package static func from(_ lower: Double, below upper: Double) -> Bounds {
    Bounds(
      lower: End(value: lower, isIncluded: true), upper: End(value: upper, isIncluded: false))
  }

  /// Neither end included.
  package static func inside(_ lower: Double, _ upper: Double) -> Bounds {
    Bounds(
      lower: End(value: lower, isIncluded: false), upper: End(value: upper, isIncluded: false))
  }

  /// The lower end not included, the upper one.
  package static func above(_ lower: Double, atMost upper: Double) -> Bounds {
    Bounds(
      lower: End(value: lower, isIncluded: false), upper: End(value: upper, isIncluded: true))
  }

  package func contains(_ value: Double) -> Bool {
    if let lower, value < lower.value || (value == lower.value && !lower.isIncluded) {
      return false
    }
    if let upper, value > upper.value || (value == upper.value && !upper.isIncluded) {
      return false
    }
    return true
  }

  /// What to write for a share that was given in percent; `nil` for a number that is none.
  func share(meantBy percent: Double) -> String? {
    guard upper?.value == 1, percent >= 2, percent == percent.rounded(), contains(percent / 100)
    else { return nil }
    return "\(text(percent)) % is \(text(percent / 100))"
  }

  /// In words, to stand behind "must be": `at least 0 and less than 1`.
  package var description: String? {
    let low = lower.map { ($0.isIncluded ? "at least " : "greater than ") + text($0.value) }
    let high = upper.map { ($0.isIncluded ? "at most " : "less than ") + text($0.value) }
    let words = [low, high].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: " and ")
  }

  /// As an interval for tables: `[0, 1)`.
  package var interval: String? {
    guard lower != nil || upper != nil else { return nil }
    let low = lower.map { ($0.isIncluded ? "[" : "(") + text($0.value) } ?? "(−∞"
    let high = upper.map { text($0.value) + ($0.isIncluded ? "]" : ")") } ?? "∞)"
    return "\(low), \(high)"
  }

  private func text(_ value: Double) -> String { JSONNumber(value).text }
}
