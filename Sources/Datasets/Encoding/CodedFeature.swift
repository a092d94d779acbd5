import Configuration
import Numerics

/// One of several texts, as numbers that say something of it.
package struct CodedFeature: FeatureEncoding {
  package static let type = "coded"
  package static let summary = "One of several texts, as numbers that say something of it."

  /// What the numbers are.
  package enum Kind: String, CaseIterable, Sendable {
    /// The place in an order.
    case ordinal
    /// The share of the training rows.
    case frequency
    /// The mean of the target.
    case target
  }

  package var name = ""
  package var kind = Kind.ordinal
  package var categories: [String] = []
  /// Shape `categories × inputs`, flat.
  package var numbers: [Double] = []
  /// How the numbers of a category are scaled.
  package var inputs: [NumberFeature] = []
  /// The inputs of what is none of the categories; empty makes it an error.
  package var unseen: [Double] = []
  /// The category that stands in for a missing one; `nil` makes it an error.
  package var missingValue: String?
  package var hasIndicator = false

  package init() {}

  package static let keys: [Key<Self>] = [
    Key("name", \.name, .string(), help: "The column."),
    Key("kind", \.kind, .choice, help: "What the numbers are."),
    Key("categories", \.categories, .list(.anyString), help: "In the order of the numbers."),
    Key("numbers", \.numbers, .list(.number()), help: "Those of each category."),
    Key("inputs", \.inputs, .list(.object(), atLeast: 1), help: "How they are scaled."),
    Key("unseen", \.unseen, .list(.number()), help: "The inputs of any other text."),
    Key("missing_value", \.missingValue, .anyString, help: "Stands in for a missing category."),
    .boolean("indicator", \.hasIndicator, help: "Whether a last input says that it is missing."),
  ]

  package var width: Int { inputs.count + (hasIndicator ? 1 : 0) }
  package var standsInForMissing: Bool { missingValue != nil }
  package var acceptsUnseen: Bool { !unseen.isEmpty }

  /// The inputs of each category, and behind them those of what is none.
  package var table: [Float] { table(of: numbers) }

  /// The same for other numbers of the categories.
  func table(of numbers: [Double]) -> [Float] {
    numbers.enumerated().map { inputs[$0 % inputs.count].encode($1) }
      + (unseen.isEmpty ? inputs.map { _ in 0 } : unseen.map { Float($0) })
  }

  /// What an input says, by the name of what its numbers are of.
  package func inputName(_ target: String) -> String {
    switch kind {
    case .ordinal: name
    case .frequency: "frequency of \(name)"
    case .target: "mean of \(target) by \(name)"
    }
  }

  /// Why the feature of a model file cannot be; `nil` if it is sound.
  package var problem: String? {
    if Set(categories).count < categories.count { return "its categories are not unique" }
    if numbers.count != categories.count * inputs.count {
      return "its numbers do not fit its categories"
    }
    if !unseen.isEmpty, unseen.count != inputs.count {
      return "its numbers do not fit its categories"
    }
    if inputs.contains(where: { $0.scale.divisor == 0 || $0.width != 1 }) {
      return "a scale divides by zero"
    }
    return inputs.lazy.compactMap(\.curve.problem).first
  }
}
