import Configuration

extension Guidance {
  /// For all columns and for one.
  fileprivate static let missingStrategy = Guidance.choice(
    """
    error to learn that something is missing; median rather than mean where numbers have \
    outliers; most_frequent for categories; constant for what means missing, such as 0 \
    or unknown; drop_row where rows are plenty.
    """,
    typical: "median.",
    example: #""strategy": "median""#)
}

/// What becomes of a missing value.
package enum MissingStrategy: String, CaseIterable, Sendable {
  case error
  case dropRow = "drop_row"
  case mean
  case median
  case mostFrequent = "most_frequent"
  case constant
}

/// What a model answers for a row that lacks a value where training lacked none, or dropped such rows.
package enum MissingAtPrediction: String, CaseIterable, Sendable {
  /// The mean of the training part, or its most frequent category, stands for the value.
  case fill
  case error
}

/// `{"tokens": ["", "NA", "?"], "strategy": "median"}`, or just the strategy.
package struct MissingConfig: ConfigObject {
  /// What programs write for nothing, most of it as pandas reads it (`read_csv`, `na_values`).
  package var tokens: [String] = [
    "", "NA", "?", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "null", "NULL", "None",
  ]
  package var numberTokens: [String] = ["-"]
  package var atPrediction = MissingAtPrediction.fill
  package var strategy = MissingStrategy.error
  package var value: MissingValue?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "tokens", \.tokens, .list(.anyString), synonyms: ["values", "na_values"],
      help: "Fields that mean that the value is missing.",
      guidance: .choice(
        """
        All that the file writes for nothing. Shorten the list where one of its words is a \
        category, as None may be; a word in a column of numbers that is not listed is an \
        error with its place.
        """,
        typical: "Left out; the list takes the place of the default.",
        example: #""tokens": ["", "NA", "unknown"]"#)),
    Key(
      "number_tokens", \.numberTokens, .list(.anyString),
      help: "Fields that mean so in columns of numbers only.",
      guidance: .choice(
        """
        What may be a category elsewhere, such as a dash, or a number that means nothing: \
        -999 that is not listed is learned as a number.
        """,
        typical: "Left out, or with the number that the file writes for nothing.",
        example: #""number_tokens": ["-", "-999"]"#)),
    Key(
      "strategy", \.strategy, .choice, synonyms: ["impute", "fill"],
      help:
        "What becomes of them; in category columns mean and median stand for most_frequent.",
      guidance: .missingStrategy),
    Key(
      "value", \.value, .missingValue, synonyms: ["fill_value", "constant"],
      help: "The value of the strategy constant.",
      guidance: .choice(
        """
        What no other row has, so that missing can be learned; or 0 where nothing was \
        counted.
        """,
        typical: "0, −1, or the category unknown.",
        example: #""strategy": "constant", "value": 0"#)),
    Key(
      "at_prediction", \.atPrediction, .choice,
      help:
        "What predict and evaluate do where a value is missing that the strategy error or drop_row has nothing for.",
      guidance: .choice(
        """
        fill for answers in any case, by the mean of the training part or its most frequent \
        category; error where an answer without the value would be worse than none. Models \
        of series know no fill; their forecasts leave out the rows that drop_row does.
        """,
        typical: "fill.",
        example: #""at_prediction": "error""#)),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    reading.checkValue(strategy, value, json)
  }

  static let codec = Codec<MissingConfig>.shortForm(.object()) { (strategy: MissingStrategy) in
    var config = MissingConfig()
    config.strategy = strategy
    return config
  }.suggesting(MissingStrategy.constant(meantBy:))
}

extension MissingStrategy {
  /// What to write for a number that shall stand in for missing values.
  fileprivate static func constant(meantBy json: JSONValue) -> String? {
    json.double.map { "write {\"strategy\": \"constant\", \"value\": \(JSONNumber($0).text)}" }
  }
}

extension CSVDataConfig {
  /// What becomes of missing values of a column in training.
  func missingStrategy(of column: String) -> MissingStrategy {
    columns[column]?.missing?.strategy ?? missing.strategy
  }

  /// Whether training fills in missing values of a column.
  package func fillsIn(_ column: String) -> Bool {
    ![.error, .dropRow].contains(missingStrategy(of: column))
  }

  /// Whether a forecast leaves out the rows that lack a value of a column, as training does.
  package func dropsAtPrediction(_ column: String) -> Bool {
    missing.atPrediction == .fill && missingStrategy(of: column) == .dropRow
  }
}

/// The missing values of one column: `"median"` or `{"strategy": "constant", "value": 0}`.
package struct ColumnMissingConfig: ConfigObject {
  package var strategy = MissingStrategy.error
  package var value: MissingValue?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "strategy", \.strategy, .choice, help: "What becomes of missing values.",
      guidance: .missingStrategy),
    Key(
      "value", \.value, .missingValue, help: "The value of the strategy constant.",
      guidance: .choice(
        """
        What no other row has, so that missing can be learned; or 0 where nothing was \
        counted.
        """,
        typical: "0, −1, or the category unknown.",
        example: #""strategy": "constant", "value": "unknown""#)),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    reading.checkValue(strategy, value, json)
  }

  static let codec = Codec<ColumnMissingConfig>.shortForm(.object()) {
    (strategy: MissingStrategy) in
    var config = ColumnMissingConfig()
    config.strategy = strategy
    return config
  }.suggesting(MissingStrategy.constant(meantBy:))
}

/// What stands in for missing values: a number, or a category.
package enum MissingValue: Sendable, Equatable {
  case number(Double)
  case text(String)
}

extension Codec where Value == MissingValue {
  fileprivate static var missingValue: Codec {
    let form = Form.either([.number(.any), .string("a string")])
    return Codec(
      form: form,
      read: { json, reading in
        if let number = json.double { return .number(number) }
        if let text = json.string { return .text(text) }
        reading.reportMismatch(json, expected: form)
        return nil
      },
      write: {
        switch $0 {
        case .number(let value): .number(value)
        case .text(let value): .string(value)
        }
      })
  }
}

extension Reading {
  /// The strategy `constant` and a `value` go together.
  fileprivate mutating func checkValue(
    _ strategy: MissingStrategy, _ value: MissingValue?, _ json: JSONValue
  ) {
    if strategy == .constant, value == nil {
      report(
        code: "missing-key", "the strategy \"constant\" of '\(path.name)' needs a 'value'",
        at: json["strategy"]?.location ?? json.location,
        help: "write {\"strategy\": \"constant\", \"value\": 0}")
    } else if strategy != .constant, value != nil {
      report(
        code: "contradiction",
        "'value' has no effect with the strategy \"\(strategy.rawValue)\"",
        at: json["value"]?.location, help: "use the strategy \"constant\", or remove 'value'")
    }
  }
}
