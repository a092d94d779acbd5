import Configuration

/// How a column of numbers becomes inputs.
package enum NumberEncoding: String, CaseIterable, Sendable {
  /// One scaled number.
  case number
  case piecewiseLinear = "piecewise_linear"

  /// Of `piecewise_linear` where nothing is said.
  static let defaultBins = 16
}

extension Key {
  /// For all columns and for one.
  ///
  /// - Parameter example: with the key that says that there are bins.
  static func bins(
    _ property: WritableKeyPath<Root, Int?> & Sendable, help: String, example: String
  ) -> Key {
    .integer(
      "bins", property, in: .between(1, 10_000), synonyms: ["n_bins", "num_bins"], help: help,
      guidance: .amount(
        tooLow: "Steps and peaks within a bin stay straight lines.",
        tooHigh: "Bins of few rows are learned by heart, and the first layer gets slow.",
        typical: "8 for a thousand rows, 16 to 64 for ten thousand and more.",
        example: example))
  }
}

extension CSVDataConfig {
  /// How a column becomes inputs if it holds numbers.
  func numberEncoding(of column: String) -> NumberEncoding {
    columns[column]?.encoding.flatMap { NumberEncoding(rawValue: $0.rawValue) } ?? numberEncoding
  }

  /// Whether a column is said to be in bins, or all are that hold numbers.
  private var hasBins: Bool {
    numberEncoding == .piecewiseLinear
      || columns.values.contains { $0.encoding == .piecewiseLinear }
  }

  func validateBins(_ json: JSONValue, _ reading: inout Reading) {
    guard bins != nil, !hasBins else { return }
    reading.report(
      code: "contradiction",
      "'bins' has no effect: no column has the encoding \"piecewise_linear\"",
      at: json["bins"]?.location,
      help: "write \"number_encoding\": \"piecewise_linear\" beside it, or remove it")
  }
}
