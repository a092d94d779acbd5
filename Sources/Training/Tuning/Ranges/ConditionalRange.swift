import Configuration
import Search

/// A range that is there only for some values of another place.
package struct ConditionalRange: SearchRange {
  package static let type = "conditional"
  package static let summary = "A range that is searched only where another place has some value."
  package static let synonyms = ["when", "if", "condition"]
  package static let guidance = Guidance.choice(
    "What only one of several optimizers or layers has. Elsewhere the file decides as ever.",
    typical: "The momentum of sgd, where the optimizer is searched.",
    example: """
      "training.optimizer.momentum": {"type": "conditional", "on": "training.optimizer", \
      "equals": ["sgd"], "range": {"type": "uniform", "low": 0.5, "high": 0.99}}
      """)

  package var on: String?
  package var equals: [JSONValue]?
  package var range: (any SearchRange)?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "on", \.on, .string("a path that the space names, too"), required: true,
      synonyms: ["parent", "depends_on"],
      help: "The place whose value decides: a choice, an integer or a repeat of the space.",
      guidance: .choice(
        "The choice of a whole object, or of one of its names.", typical: "training.optimizer.",
        example: #""on": "training.optimizer""#)),
    Key(
      "equals", \.equals, .oneOrMore(.anything("a value of that place")), required: true,
      synonyms: ["in", "is", "value", "values"],
      help: "The values for which the range is searched; an object may be called by its type.",
      guidance: .choice(
        "All values that have the key.", typical: "One name.", example: #""equals": ["sgd"]"#)),
    Key(
      "range", \.range, SearchRanges.codec, required: true, synonyms: ["then", "space"],
      help: "What is searched then.",
      guidance: .choice(
        "Write it as it would stand without the condition.", typical: "uniform or log_uniform.",
        example: #""range": {"type": "uniform", "low": 0.5, "high": 0.99}"#)),
  ]

  package var domain: Domain { range?.domain ?? .category(count: 1) }

  package func value(of number: Double) -> JSONValue { range?.value(of: number) ?? .null }
}
