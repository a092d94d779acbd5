import Configuration
import Search

/// Whole numbers from one to another.
package struct IntegerRange: SearchRange {
  package static let type = "integer"
  package static let summary = "Whole numbers, all of them or in steps."
  package static let synonyms = ["int", "randint", "quniform"]
  package static let guidance = Guidance.choice(
    "Units, filters, batch sizes and whatever is counted; with log where factors count.",
    typical: "16 to 512 units, log.",
    example: #""model.layers[0].units": {"type": "integer", "low": 16, "high": 512, "log": true}"#)

  package var low: Int?
  package var high: Int?
  package var step = 1
  package var isLogarithmic = false

  package init() {}

  /// What a number of double precision tells apart.
  private static let bounds = Bounds.between(-9_007_199_254_740_991, 9_007_199_254_740_991)

  package static let keys: [Key<Self>] = [
    .low(\.low, in: bounds, example: #""low": 16"#),
    .high(\.high, in: bounds, example: #""high": 512"#),
    .integer(
      "step", \.step, in: .between(1, 9_007_199_254_740_991), synonyms: ["q", "increment"],
      help: "From one value to the next, beginning with low.",
      guidance: .amount(
        tooLow: "Neighbours are tried that hardly differ.",
        tooHigh: "The best value lies between two steps.",
        typical: "1; 16 for units, which products are fast with.", example: #""step": 16"#)),
    .boolean(
      "log", \.isLogarithmic, synonyms: ["logarithmic"],
      help: "Whether each ratio is as likely as the other; not together with a step.",
      guidance: .choice(
        "true where the range spans more than a factor of ten, as batch sizes and units do.",
        typical: "false.", example: #""log": true"#)),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    Self.checkEnds(low.map(Double.init), high.map(Double.init), json, &reading)
    guard isLogarithmic, let low else { return }
    if low < 1 {
      reading.report(
        code: "range", "\(low) has no logarithm", at: json["low"]?.location,
        help: "begin with 1, or leave out 'log'")
    }
    if step > 1 {
      reading.report(
        code: "range", "'step' and 'log' exclude each other", at: json["step"]?.location,
        help: "leave out one of them, or name the values with \"choice\"")
    }
  }

  package var domain: Domain {
    let low = low ?? 0
    let high = high ?? 1
    // The last value is the last one that the steps reach.
    return .integer(
      low: low, high: low + max(0, high - low) / step * step, step: step,
      isLogarithmic: isLogarithmic)
  }
}
