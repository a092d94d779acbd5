/// A trial as it stands in the file of a study.
package struct StoredTrial: Sendable {
  package enum State: String, Sendable {
    case running = "RUNNING"
    case complete = "COMPLETE"
    case pruned = "PRUNED"
    case failed = "FAIL"
    case waiting = "WAITING"
  }

  package struct Parameter: Sendable {
    /// The value, or the index of a choice.
    package let value: Double
    package let distribution: Distribution
  }

  package let number: Int
  package let state: State
  package var parameters: [String: Parameter] = [:]
  /// One for each objective.
  package var values: [Double] = []
  /// By step, rising.
  package var intermediateValues: [(step: Int, value: Double)] = []
  /// JSON texts.
  package var userAttributes: [String: String] = [:]
}

/// How Optuna writes numbers that a column of numbers does not hold.
enum StoredNumber {
  static func columns(_ value: Double) -> (value: Double?, type: String) {
    if value.isNaN { return (nil, "NAN") }
    if value == .infinity { return (nil, "INF_POS") }
    if value == -.infinity { return (nil, "INF_NEG") }
    return (value, "FINITE")
  }

  static func value(_ value: Double?, type: String) -> Double {
    switch type {
    case "INF_POS": .infinity
    case "INF_NEG": -.infinity
    case "FINITE": value ?? .nan
    default: .nan
    }
  }
}
