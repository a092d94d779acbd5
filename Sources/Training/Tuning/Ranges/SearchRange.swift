import Configuration
import Search

/// What a place of the configuration may hold while it is searched.
package protocol SearchRange: GuidedVariant {
  /// The numbers that an algorithm chooses from.
  var domain: Domain { get }

  /// The value that a number of the domain stands for.
  func value(of number: Double) -> JSONValue
}

extension SearchRange {
  package func value(of number: Double) -> JSONValue {
    if case .integer = domain { return .integer(Int(number)) }
    return .number(number)
  }
}

/// Everything that a place in `tuning.space` can name.
package enum SearchRanges {
  package static let catalog = Catalog<any SearchRange>(
    kind: "range",
    [
      entry(UniformRange.self),
      entry(LogUniformRange.self),
      entry(IntegerRange.self),
      entry(ChoiceRange.self),
      entry(ConditionalRange.self),
      entry(RepeatRange.self),
    ],
    describe: { $0 })

  private static func entry<Config: SearchRange>(
    _ config: Config.Type
  ) -> Catalog<any SearchRange>.Entry {
    .init(config) { $0 }
  }
}

extension Key {
  /// The lower end of a range of numbers.
  static func low(
    _ property: WritableKeyPath<Root, Double?> & Sendable, in bounds: Bounds = .any, example: String
  ) -> Key {
    Key(
      "low", property, .number(in: bounds), required: true, synonyms: ["min", "minimum", "from"],
      help: "The smallest value to try.", guidance: lowGuidance(example))
  }

  /// The upper end of a range of numbers.
  static func high(
    _ property: WritableKeyPath<Root, Double?> & Sendable, in bounds: Bounds = .any, example: String
  ) -> Key {
    Key(
      "high", property, .number(in: bounds), required: true, synonyms: ["max", "maximum", "to"],
      help: "The largest value to try.", guidance: highGuidance(example))
  }

  /// The lower end of a range of integers.
  static func low(
    _ property: WritableKeyPath<Root, Int?> & Sendable, in bounds: Bounds, example: String
  ) -> Key {
    .integer(
      "low", property, in: bounds, required: true, synonyms: ["min", "minimum", "from"],
      help: "The smallest value to try.", guidance: lowGuidance(example))
  }

  /// The upper end of a range of integers.
  static func high(
    _ property: WritableKeyPath<Root, Int?> & Sendable, in bounds: Bounds, example: String
  ) -> Key {
    .integer(
      "high", property, in: bounds, required: true, synonyms: ["max", "maximum", "to"],
      help: "The largest value to try.", guidance: highGuidance(example))
  }

  private static func lowGuidance(_ example: String) -> Guidance {
    .amount(
      tooLow: "Trials are spent where nothing is to be found.",
      tooHigh: "The best value may lie below; 'tune best' finds it at the border then.",
      typical: "A tenth to a hundredth of what is used by default.", example: example)
  }

  private static func highGuidance(_ example: String) -> Guidance {
    .amount(
      tooLow: "The best value may lie above; 'tune best' finds it at the border then.",
      tooHigh: "Trials are spent on what diverges or takes too long.",
      typical: "Ten to a hundred times what is used by default.", example: example)
  }
}

extension ConfigObject {
  /// Reports a range whose ends are in the wrong order, or the same.
  static func checkEnds(
    _ low: Double?, _ high: Double?, _ json: JSONValue, _ reading: inout Reading
  ) {
    guard let low, let high, low >= high else { return }
    let (first, second) = (JSONNumber(low).text, JSONNumber(high).text)
    if low > high {
      reading.report(
        code: "range", "'low' is \(first), above 'high', which is \(second)",
        at: json["low"]?.location, help: "exchange them")
    } else {
      reading.report(
        code: "range", "the range holds \(first) only", at: json["high"]?.location,
        help: "write the value where it belongs, and leave it out of the space")
    }
  }
}
