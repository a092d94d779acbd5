import Configuration
import Search

/// How many copies of a layer there are: depth as a hyperparameter.
package struct RepeatRange: SearchRange {
  package static let type = "repeat"
  package static let summary = "How many copies of a layer stand in a row, 0 for none."
  package static let synonyms = ["copies", "depth", "num_layers"]
  package static let guidance = Guidance.choice(
    """
    The depth of a network. What is searched within the layer is the same for all copies; the indices \
    of other layers are those of the file.
    """,
    typical: "0 to 3 hidden layers.",
    example: #""model.layers[0]": {"type": "repeat", "low": 1, "high": 3}"#)

  package var low: Int?
  package var high: Int?

  package init() {}

  package static let keys: [Key<Self>] = [
    .low(\.low, in: .between(0, 1000), example: #""low": 1"#),
    .high(\.high, in: .between(0, 1000), example: #""high": 3"#),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    Self.checkEnds(low.map(Double.init), high.map(Double.init), json, &reading)
  }

  package var domain: Domain {
    .integer(low: low ?? 0, high: high ?? 1, step: 1, isLogarithmic: false)
  }
}
