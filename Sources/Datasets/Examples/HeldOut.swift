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
      help: "Share of the examples of train that is taken out."),
    .boolean(
      "stratify", \.stratify, synonyms: ["stratified"],
      help: "Whether every class keeps its share; for classification."),
  ]
}

extension Codec {
  /// A fraction object, or else whatever the source's codec reads.
  static func heldOut<Source>(_ source: Codec<Source>) -> Codec where Value == HeldOut<Source> {
    let fraction = Codec<FractionConfig>.object()
    return Codec(
      form: .either([fraction.form, source.form]),
      read: { json, reading in
        let isFraction =
          json.members?.contains { ["fraction", "stratify"].contains($0.key) } ?? false
        let isEmpty = json.members?.isEmpty ?? false
        guard isFraction || isEmpty else {
          if case .number(let number) = json.kind {
            reading.report(
              code: "wrong-type", "'\(reading.path.name)' must be an object or a path",
              at: json.location, help: "write {\"fraction\": \(number.text)}")
            return nil
          }
          return source.read(json, &reading).map { .source($0) }
        }
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
