import Configuration

/// What a search makes small or large.
package struct ObjectiveConfig: ConfigObject {
  package enum Direction: String, CaseIterable, Sendable {
    case minimize
    case maximize
  }

  package var metric = "validation_loss"
  package var direction: Direction?

  package init() {}

  package init(metric: String) { self.metric = metric }

  package static let keys: [Key<Self>] = [
    Key(
      "metric", \.metric, .string("a figure such as \"validation_accuracy\""),
      synonyms: ["name", "monitor"],
      help: """
        validation_, test_ or train_ and loss or the name of a metric, of the model that a trial keeps; \
        or seconds, parameters, memory_bytes.
        """,
      guidance: .choice(
        """
        validation_loss moves smoothly and is the surest guide. A metric where it is what counts. \
        Never test_: what was chosen by it says nothing of new data.
        """,
        typical: "validation_loss.", example: #""metric": "validation_accuracy""#)),
    Key(
      "direction", \.direction, .choice, synonyms: ["mode", "goal"],
      help: "minimize or maximize; by default what is better for the figure.",
      guidance: .choice(
        "Only for a figure that is to be made worse than it is thought to be.",
        typical: "Left out.", example: #""direction": "maximize""#)),
  ]

  /// Whether it can be told at the end of each epoch, and not of a run only.
  var isKnownEachEpoch: Bool { !Self.costs.contains(metric) && !metric.hasPrefix("test_") }

  /// Figures of a run that are not those of its examples.
  package static let costs = ["seconds"] + counts

  /// Those of them that are whole numbers.
  package static let counts = ["parameters", "memory_bytes"]
}

extension Codec where Value == ObjectiveConfig {
  /// `"validation_loss"` or `{"metric": "validation_loss", …}`.
  static var objective: Codec {
    let object = Codec<ObjectiveConfig>.object()
    return Codec(
      form: .either([.string("the name of a figure"), object.form]),
      read: { json, reading in
        if let name = json.string { return ObjectiveConfig(metric: name) }
        return object.read(json, &reading)
      },
      write: { $0.direction == nil ? .string($0.metric) : object.write($0) })
  }
}
