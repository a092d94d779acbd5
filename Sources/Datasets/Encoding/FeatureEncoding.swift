import Configuration

/// How one column of a table becomes inputs of the network; stored in the model.
package protocol FeatureEncoding: ConfigVariant {
  /// The column.
  var name: String { get }
  /// How many inputs it fills.
  var width: Int { get }
}

package enum FeatureEncodings {
  package static let catalog = Catalog<any FeatureEncoding>(
    kind: "feature", [.init(NumberFeature.self) { $0 }, .init(CategoryFeature.self) { $0 }],
    describe: { $0 })
}

/// A number, scaled; one input.
package struct NumberFeature: FeatureEncoding {
  package static let type = "number"
  package static let summary = "A number, scaled."

  package var name = ""
  /// What stands in for a missing number; `nil` makes it an error.
  package var missingValue: Double?
  package var scale = Scale.identity

  package init() {}

  package init(name: String, missingValue: Double?, scale: Scale) {
    self.name = name
    self.missingValue = missingValue
    self.scale = scale
  }

  package static let keys: [Key<Self>] = [
    Key("name", \.name, .string(), help: "The column."),
    .number("missing_value", \.missingValue, help: "Stands in for a missing number."),
    .number("offset", \.scale.offset, help: "Subtracted from the number."),
    .number("divisor", \.scale.divisor, help: "Divides the difference."),
  ]

  package var width: Int { 1 }

  func encode(_ value: Double) -> Float { scale.encode(value) }
}

/// One of several texts, one-hot; one input for each category seen in training.
package struct CategoryFeature: FeatureEncoding {
  package static let type = "category"
  package static let summary = "One of several texts, one-hot."

  package var name = ""
  package var categories: [String] = []
  /// The category that stands in for a missing one; `nil` makes it an error.
  package var missingValue: String?
  /// Whether a category that training has not seen sets all inputs to 0; else it is an error.
  package var acceptsUnseen = false

  package init() {}

  package init(name: String, categories: [String], missingValue: String?, acceptsUnseen: Bool) {
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
  ]

  package var width: Int { categories.count }
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
