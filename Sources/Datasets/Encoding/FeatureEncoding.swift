import Configuration
import Glibc
import Numerics

/// How one column of a table becomes inputs of the network; stored in the model.
package protocol FeatureEncoding: ConfigVariant {
  /// The column.
  var name: String { get }
  /// How many numbers of an example it fills.
  var width: Int { get }
  /// What these numbers are for the network.
  var segments: [InputLayout.Segment] { get }
  /// Whether something takes the place of a missing value; else it is an error.
  var standsInForMissing: Bool { get }
  /// Whether the fields of the column are numbers.
  var holdsNumbers: Bool { get }
  /// Whether the first of its numbers is an index, which says nothing by its size.
  var holdsIndex: Bool { get }
}

extension FeatureEncoding {
  package var holdsNumbers: Bool { false }
  package var holdsIndex: Bool { false }
  package var segments: [InputLayout.Segment] { [.numbers(width)] }
}

package enum FeatureEncodings {
  package static let catalog = Catalog<any FeatureEncoding>(
    kind: "feature",
    [
      .init(NumberFeature.self) { $0 }, .init(CategoryFeature.self) { $0 },
      .init(DateFeature.self) { $0 }, .init(CodedFeature.self) { $0 },
      .init(HashFeature.self) { $0 }, .init(PiecewiseLinearFeature.self) { $0 },
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
  package var curve = NumberCurve()
  package var scale = Scale.identity
  /// Scaled numbers are not further from 0; `nil` for no limit.
  package var clip: Double?

  package init() {}

  package init(
    name: String, missingValue: Double?, hasIndicator: Bool = false,
    curve: NumberCurve = NumberCurve(), scale: Scale, clip: Double? = nil
  ) {
    self.curve = curve
    self.clip = clip
    self.name = name
    self.missingValue = missingValue
    self.hasIndicator = hasIndicator
    self.scale = scale
  }

  package static let keys: [Key<Self>] = [
    Key("name", \.name, .string(), help: "The column."),
    .number("missing_value", \.missingValue, help: "Stands in for a missing number."),
    .boolean("indicator", \.hasIndicator, help: "Whether a last input says that it is missing."),
    Key("curve", \.curve, .object(), help: "What the number goes through first."),
    .number("offset", \.scale.offset, help: "Subtracted from the number."),
    .number("divisor", \.scale.divisor, help: "Divides the difference."),
    .number("clip", \.clip, in: .above(0), help: "How far from 0 the result may be."),
  ]

  /// Whether the number is scaled and nothing else.
  var isLinear: Bool { curve.kind == .none && clip == nil }

  package var width: Int { hasIndicator ? 2 : 1 }
  package var holdsNumbers: Bool { true }

  package var standsInForMissing: Bool { missingValue != nil }

  /// The feature of a column whose training part holds these numbers.
  package init(name: String, fitting scaling: Scaling, to numbers: [Double], clip: Double? = nil) {
    self.init(
      name: name, missingValue: nil, fitting: scaling,
      to: { visit in numbers.forEach { visit($0) } }, clip: clip)
  }

  /// - Parameter visitAll: hands each training number to a function; called up to three times.
  init(
    name: String, missingValue: Double?, hasIndicator: Bool = false, fitting scaling: Scaling,
    to visitAll: ((Double) -> Void) -> Void, clip: Double?
  ) {
    let curve = NumberCurve.fit(scaling.curve, visitAll)
    let scale: Scale
    if curve.kind == .none {
      scale = scaling.fit(visitAll)
    } else {
      var curved: [Double] = []
      visitAll { curved.append(curve.apply($0)) }
      scale = scaling.fit { visit in curved.forEach { visit($0) } }
    }
    self.init(
      name: name, missingValue: missingValue, hasIndicator: hasIndicator, curve: curve,
      scale: scale, clip: clip)
  }

  package func encode(_ value: Double) -> Float {
    let scaled = scale.apply(curve.apply(value))
    return Float(clip.map { min(max(scaled, -$0), $0) } ?? scaled)
  }
}

/// One of several texts: the index of the category, which is below 0 for none that training has seen, and perhaps
/// another number for that it is missing. For the network it is one-hot, or a learned vector.
package struct CategoryFeature: FeatureEncoding {
  package static let type = "category"
  package static let summary = "One of several texts, one-hot or a learned vector."

  package var name = ""
  package var categories: [String] = []
  /// The category that stands in for a missing one; `nil` makes it an error.
  package var missingValue: String?
  /// Whether a category that training has not seen sets all inputs to 0; else it is an error.
  package var acceptsUnseen = false
  /// Whether there is one more category, behind the others, for whatever is none of them.
  package var hasRare = false
  package var hasIndicator = false
  /// Of the vector that is learned for each category; `nil` for one-hot.
  package var dimensions: Int?
  /// The name of the vectors where other columns have them too.
  package var table: String?

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
    .boolean("rare", \.hasRare, help: "Whether a last category is that of rare and unseen ones."),
    .boolean("indicator", \.hasIndicator, help: "Whether a last input says that it is missing."),
    .integer(
      "dimensions", \.dimensions, in: .between(1, 1_000_000),
      help: "Of the vector for each category; without it they are one-hot."),
    Key("table", \.table, .string(), help: "The vectors that it shares with other columns."),
  ]

  package var width: Int { hasIndicator ? 2 : 1 }
  package var holdsIndex: Bool { true }
  /// How many categories there are, that of the rare ones among them.
  package var count: Int { categories.count + (hasRare ? 1 : 0) }
  /// The index of what is none of the categories; below 0 where it is nothing.
  var otherIndex: Int { hasRare ? categories.count : -1 }

  package var segments: [InputLayout.Segment] {
    let category: InputLayout.Segment =
      dimensions.map { .embedding(table: table ?? name, categories: count, dimensions: $0) }
      ?? .oneHot(count)
    return [category] + (hasIndicator ? [.numbers(1)] : [])
  }
  package var standsInForMissing: Bool { missingValue != nil }
}

extension CategoryFeature {
  /// A rule of thumb, found over many tables by the authors of fastai (Howard and Gugger, fastai: A Layered API for
  /// Deep Learning, Information 2020), with fewer at the most.
  static func dimensions(for categories: Int) -> Int {
    min(50, max(1, Int((1.6 * pow(Double(categories), 0.56)).rounded())))
  }
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
