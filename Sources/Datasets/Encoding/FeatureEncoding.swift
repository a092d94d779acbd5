import Configuration

/// How one column of a table becomes inputs of the network; stored in the model.
package protocol FeatureEncoding: ConfigVariant {
  /// The column.
  var name: String { get }
  /// How many inputs it fills.
  var width: Int { get }
  /// Whether something takes the place of a missing value; else it is an error.
  var standsInForMissing: Bool { get }
}

package enum FeatureEncodings {
  package static let catalog = Catalog<any FeatureEncoding>(
    kind: "feature",
    [
      .init(NumberFeature.self) { $0 }, .init(CategoryFeature.self) { $0 },
      .init(DateFeature.self) { $0 },
    ],
    describe: { $0 })
}

/// A number, scaled; one input, and perhaps another for that it is missing.
package struct NumberFeature: FeatureEncoding {
  package static let type = "number"
  package static let summary = "A number, scaled."

  package var name = ""
  /// What stands in for a missing number; `nil` makes it an error.
  package var missingValue: Double?
  package var hasIndicator = false
  package var scale = Scale.identity

  package init() {}

  package init(name: String, missingValue: Double?, hasIndicator: Bool = false, scale: Scale) {
    self.name = name
    self.missingValue = missingValue
    self.hasIndicator = hasIndicator
    self.scale = scale
  }

  package static let keys: [Key<Self>] = [
    Key("name", \.name, .string(), help: "The column."),
    .number("missing_value", \.missingValue, help: "Stands in for a missing number."),
    .boolean("indicator", \.hasIndicator, help: "Whether a last input says that it is missing."),
    .number("offset", \.scale.offset, help: "Subtracted from the number."),
    .number("divisor", \.scale.divisor, help: "Divides the difference."),
  ]

  package var width: Int { hasIndicator ? 2 : 1 }

  package var standsInForMissing: Bool { missingValue != nil }

  func encode(_ value: Double) -> Float { scale.encode(value) }
}

/// One of several texts, one-hot; one input for each category seen in training, and perhaps another for that
/// it is missing.
package struct CategoryFeature: FeatureEncoding {
  package static let type = "category"
  package static let summary = "One of several texts, one-hot."

  package var name = ""
  package var categories: [String] = []
  /// The category that stands in for a missing one; `nil` makes it an error.
  package var missingValue: String?
  /// Whether a category that training has not seen sets all inputs to 0; else it is an error.
  package var acceptsUnseen = false
  package var hasIndicator = false

  package init() {}

  package init(
    name: String, categories: [String], missingValue: String?, acceptsUnseen: Bool,
    hasIndicator: Bool = false
  ) {
    self.hasIndicator = hasIndicator
    self.name = name
    self.categories = categories
    self.missingValue = missingValue
    self.acceptsUnseen = acceptsUnseen
  }

  package static let keys: [Key<Self>] = [
    Key("name", \.name, .string(), help: "The column."),
    Key("categories", \.categories, .list(.anyString), help: "In the order of the inputs."),
    Key("missing_value", \.missingValue, .anyString, help: "Stands in for a missing category."),
    .boolean("accepts_unseen", \.acceptsUnseen, help: "Whether unseen categories become zeros."),
    .boolean("indicator", \.hasIndicator, help: "Whether a last input says that it is missing."),
  ]

  package var width: Int { categories.count + (hasIndicator ? 1 : 0) }
  package var standsInForMissing: Bool { missingValue != nil }
}

extension Codec where Value == String {
  /// Any string, the empty one too.
  package static var anyString: Codec {
    let form = Form.string("a string", allowsEmpty: true)
    return Codec(
      form: form,
      read: { json, reading in
        if let value = json.string { return value }
        reading.reportMismatch(json, expected: form)
        return nil
      },
      write: { .string($0) })
  }
}
