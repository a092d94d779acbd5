import Configuration
import Numerics

/// A figure to watch: `validation_loss`, `validation_accuracy`, `train_loss`, …
package struct Monitor: Sendable, Equatable {
  package var name: String

  package init(name: String) { self.name = name }

  /// Whether the figure is that of the held-out part.
  package var isValidation: Bool { name.hasPrefix(Self.validation) }

  /// `loss` or the name of a metric.
  package var figure: String {
    for prefix in [Self.validation, Self.train] where name.hasPrefix(prefix) {
      return String(name.dropFirst(prefix.count))
    }
    return name
  }

  /// The watched figure of an epoch.
  package func result(
    train: Figures, validation: Figures?, metrics: [any Metric]
  ) -> MonitoredFigure {
    let part = name.hasPrefix(Self.train) ? train : isValidation ? validation : validation ?? train
    guard let part, let value = part[figure] else { return .absent }
    // Of a model whose answers are no numbers, the examples are not to blame: it is worse than any other.
    guard part.loss.isFinite || !value.isNaN else { return .value(.infinity) }
    guard !value.isNaN else { return .undefined }
    let isHigherBetter =
      metrics.first { type(of: $0).type == figure }.map { type(of: $0).isHigherBetter } ?? false
    return .value(isHigherBetter ? -value : value)
  }

  /// What other programs have beside the figure.
  static let foreignKeys: [String: ForeignKey] = [
    "mode": "leave it out: whether less or more is better follows from the figure"
  ]

  private static let validation = "validation_"
  private static let train = "train_"
}

/// What a monitored figure came to in an epoch.
package enum MonitoredFigure: Sendable, Equatable {
  /// The run has no such figure.
  case absent
  /// The examples leave it undefined, so that nothing is known of the epoch.
  case undefined
  /// Smaller ones are better, whatever the figure.
  case value(Double)
}

extension Codec where Value == Monitor {
  static var monitor: Codec {
    let form = Form.string("a figure such as \"validation_loss\"")
    return Codec(
      form: form,
      read: { json, reading in
        guard let name = json.string else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        return Monitor(name: name)
      },
      write: { .string($0.name) })
  }
}

extension Key {
  static func monitor(_ property: WritableKeyPath<Root, Monitor> & Sendable) -> Key {
    Key(
      "monitor", property, .monitor, synonyms: ["metric", "watch"],
      resumption: .refused(because: "what was best so far was told by another figure"),
      help:
        "The figure to watch: validation_ or train_, and loss or the name of a metric; without either, of the validation part if there is one.",
      guidance: .choice(
        """
        validation_loss sees overfitting first and moves smoothly. A metric, such as \
        validation_accuracy, is what counts in the end, but leaps on a small validation \
        part. train_loss only without one.
        """,
        typical: "validation_loss in Keras; validation_f1 for rare classes.",
        example: #""monitor": "validation_loss""#))
  }

  static func minimumDelta(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number(
      "minimum_delta", property, in: .atLeast(0), synonyms: ["min_delta", "threshold", "delta"],
      help: "What the figure has to change by to have improved.",
      guidance: .amount(
        tooLow: "At 0 every tiny gain counts, and training goes on for nothing.",
        tooHigh: "Slow but steady progress counts as none, and ends too early.",
        typical: "0; 0.0001 to 0.001 for a loss near 1.",
        example: #""minimum_delta": 1e-4"#))
  }
}
