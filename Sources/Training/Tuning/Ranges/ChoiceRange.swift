import Configuration
import Search

/// One of some values of any kind.
package struct ChoiceRange: SearchRange {
  package static let type = "choice"
  package static let summary = "One of some values of any kind: names, numbers, whole layers."
  package static let synonyms = ["categorical", "grid_search", "values"]
  package static let guidance = Guidance.choice(
    "Activations, optimizers and layers, and numbers of which only some make sense.",
    typical: "Two to five values.",
    example: #""training.batch_size": {"type": "choice", "values": [16, 32, 64]}"#)

  package var values: [JSONValue]?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "values", \.values, .list(.anything("any value that its place may hold"), atLeast: 1),
      required: true, synonyms: ["choices", "options", "categories"],
      help: "What to choose from, without an order.",
      guidance: .choice(
        "Numbers with an order are learned faster as an integer or a uniform range.",
        typical: "Two to five values.", example: #""values": ["relu", "tanh"]"#))
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    var seen: Set<String> = []
    for (value, item) in zip(values ?? [], json["values"]?.items ?? []) {
      guard !seen.insert(value.compactText).inserted else { continue }
      reading.report(
        code: "range", "\(value.compactText) is there twice", at: item.location,
        help: "each value once")
    }
  }

  /// Two values that are the same in other spellings, as `0.1` and `1e-1` are, or `"adam"` and `{"type": "adam"}`.
  ///
  /// - Parameter meaning: of a value at its place, the same text for the same; `nil` where it is not known.
  func equalValues(by meaning: (JSONValue) -> String?) -> (first: String, second: String)? {
    let values = values ?? []
    // Numbers mean themselves, and there may be many of them.
    let areNumbers = values.allSatisfy { $0.double != nil }
    var seen: [String: String] = [:]
    for value in values {
      let spelling = value.compactText
      let key = (areNumbers ? nil : meaning(value)) ?? value.withPlainNumbers.compactText
      if let first = seen.updateValue(spelling, forKey: key) {
        return (first, spelling)
      }
    }
    return nil
  }

  package var domain: Domain { .category(count: max(1, values?.count ?? 1)) }

  package func value(of number: Double) -> JSONValue {
    guard let values, !values.isEmpty else { return .null }
    return values[min(max(0, Int(number)), values.count - 1)]
  }

  /// The numbers of the values that a condition means: equal ones, or objects by the name of their type.
  func numbers(equalTo wanted: JSONValue) -> [Double] {
    let values = values ?? []
    return values.indices.filter { index in
      values[index].compactText == wanted.compactText
        || wanted.string != nil && values[index]["type"]?.string == wanted.string
    }.map(Double.init)
  }
}

extension JSONValue {
  /// The value with each number as it is written by default.
  fileprivate var withPlainNumbers: JSONValue {
    switch kind {
    case .number(let number): .number(number.value)
    case .array(let items): .array(items.map(\.withPlainNumbers))
    case .object(let members):
      .object(members.map { JSONMember($0.key, $0.value.withPlainNumbers) })
    case .null, .boolean, .string, .invalid: self
    }
  }
}
