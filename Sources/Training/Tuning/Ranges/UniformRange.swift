import Configuration
import Search

/// Any number between two, each as likely as the other.
package struct UniformRange: SearchRange {
  package static let type = "uniform"
  package static let summary = "Any number between two, each as likely as the other."
  package static let synonyms = ["float", "real"]
  package static let guidance = Guidance.choice(
    "Fractions such as dropout rates and momenta, where 0.1 and 0.2 differ as 0.4 and 0.5 do.",
    typical: "0 to 0.5 for the rate of a dropout.",
    example: #""model.layers[1].rate": {"type": "uniform", "low": 0, "high": 0.5}"#)

  package var low: Double?
  package var high: Double?

  package init() {}

  package static let keys: [Key<Self>] = [
    .low(\.low, example: #""low": 0"#), .high(\.high, example: #""high": 0.5"#),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    Self.checkEnds(low, high, json, &reading)
  }

  package var domain: Domain {
    .real(low: low ?? 0, high: high ?? 1, isLogarithmic: false)
  }
}

/// Any number between two, each ratio as likely as the other.
package struct LogUniformRange: SearchRange {
  package static let type = "log_uniform"
  package static let summary = "Any number between two, each ratio as likely as the other."
  package static let synonyms = ["loguniform", "reciprocal", "log"]
  package static let guidance = Guidance.choice(
    """
    Rates and penalties, where it is factors that count: 0.001 to 0.01 gets as many trials as 0.01 \
    to 0.1.
    """,
    typical: "0.0001 to 0.1 for the learning rate of adam.",
    example:
      #""training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.0001, "high": 0.1}"#)

  package var low: Double?
  package var high: Double?

  package init() {}

  package static let keys: [Key<Self>] = [
    .low(\.low, in: .above(0), example: #""low": 0.0001"#),
    .high(\.high, in: .above(0), example: #""high": 0.1"#),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    Self.checkEnds(low, high, json, &reading)
  }

  package var domain: Domain {
    .real(low: low ?? 1e-4, high: high ?? 1, isLogarithmic: true)
  }
}
