import Configuration

/// Where the validation or test part comes from.
package enum HeldOut<Source: Sendable>: Sendable {
  /// Taken out of the training file.
  case fraction(Double, isStratified: Bool)
  case source(Source)

  package var source: Source? {
    if case .source(let source) = self { source } else { nil }
  }

  var share: (fraction: Double, isStratified: Bool)? {
    if case .fraction(let fraction, let isStratified) = self {
      (fraction, isStratified)
    } else {
      nil
    }
  }
}

/// `{"fraction": 0.2, "stratify": true}`
private struct FractionConfig: ConfigObject {
  var fraction: Double?
  var stratify = false

  static let keys: [Key<Self>] = [
    Key(
      "fraction", \.fraction, .number(in: .inside(0, 1)), required: true,
      synonyms: ["ratio", "size", "share"],
      help: "Share of the examples of train that is taken out.",
      guidance: .amount(
        tooLow: """
          The figures of the part are noisy: they leap from epoch to epoch and differ from \
          seed to seed.
          """,
        tooHigh: "Little is left to learn from: the loss ends higher than it could.",
        typical: "0.2 of some hundred examples, 0.1 of some thousand, 0.01 to 0.05 of a million.",
        example: #""fraction": 0.2"#)),
    .boolean(
      "stratify", \.stratify, synonyms: ["stratified"],
      help: "Whether every class keeps its share; for classification.",
      guidance: .choice(
        """
        true for classes, above all rare ones, of which a small part would else have few or \
        none. false for numbers, texts and series, for which it is an error.
        """,
        typical: "true for classification.",
        example: #""fraction": 0.2, "stratify": true"#)),
  ]
}

// The same for every format, but for the example.
extension Guidance {
  static func validation(
    typical: String = "A fraction of 0.1 or 0.2, stratified for classes.", example: String
  ) -> Guidance {
    .choice(
      """
      A fraction of the one file that there is; a source of its own where the division is \
      given, as by time or by customer. Without it the last epoch is taken and nothing \
      tells of overfitting: only for a final run with settings that are known.
      """,
      typical: typical,
      example: example)
  }

  static func test(example: String) -> Guidance {
    .choice(
      """
      For figures to report: settings and the best epoch are chosen by the validation \
      part, so its own figures flatter. Leave it out, and look at it once, in the end.
      """,
      typical: "A fraction of 0.1 or 0.2, or a file that nobody has looked at.",
      example: example)
  }
}

extension Codec {
  /// A fraction object, or else whatever the source's codec reads.
  static func heldOut<Source>(_ source: Codec<Source>) -> Codec where Value == HeldOut<Source> {
    let fraction = Codec<FractionConfig>.object()
    return Codec(
      form: .either([fraction.form, source.form]),
      read: { json, reading in
        let isFraction =
          json.members.map { fraction.form.fit($0) >= source.form.fit($0) } ?? false
        guard isFraction else { return source.read(json, &reading).map { .source($0) } }
        guard let config = fraction.read(json, &reading), let fraction = config.fraction else {
          return nil
        }
        return .fraction(fraction, isStratified: config.stratify)
      },
      write: { value in
        switch value {
        case .source(let value): return source.write(value)
        case .fraction(let share, let isStratified):
          var config = FractionConfig()
          config.fraction = share
          config.stratify = isStratified
          return config.json
        }
      })
  }
}
