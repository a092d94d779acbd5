/// A JSON value that knows where it stood in the text, if it came from one.
package struct JSONValue: Sendable {
  package enum Kind: Sendable {
    case null
    case boolean(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])
    /// Something that was reported already; whoever meets it stays silent.
    case invalid
  }

  package var kind: Kind
  package var location: Location?

  package init(_ kind: Kind, at location: Location? = nil) {
    self.kind = kind
    self.location = location
  }

  package static func string(_ value: String) -> Self { Self(.string(value)) }
  package static func number(_ value: Double) -> Self { Self(.number(JSONNumber(value))) }
  package static func integer(_ value: Int) -> Self { Self(.number(JSONNumber(value))) }
  package static func boolean(_ value: Bool) -> Self { Self(.boolean(value)) }
  package static func array(_ values: [JSONValue]) -> Self { Self(.array(values)) }
  package static func object(_ members: KeyValuePairs<String, JSONValue>) -> Self {
    Self(.object(members.map { JSONMember($0, $1) }))
  }
  package static func object(_ members: [JSONMember]) -> Self { Self(.object(members)) }
  package static var null: Self { Self(.null) }

  /// The members of an object, `nil` for anything else.
  package var members: [JSONMember]? {
    if case .object(let members) = kind { members } else { nil }
  }

  package var items: [JSONValue]? {
    if case .array(let items) = kind { items } else { nil }
  }

  package var string: String? {
    if case .string(let string) = kind { string } else { nil }
  }

  package var double: Double? {
    if case .number(let number) = kind { number.value } else { nil }
  }

  package var integer: Int? {
    if case .number(let number) = kind { number.integer } else { nil }
  }

  package var boolean: Bool? {
    if case .boolean(let value) = kind { value } else { nil }
  }

  /// The value of the first member with that key.
  package subscript(_ key: String) -> JSONValue? {
    members?.first { $0.key == key }?.value
  }

  /// What the value is, with its article, for messages: `the string "x"`, `an object`.
  package var summary: String {
    switch kind {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let number): "the number \(number.text)"
    case .string(let string): "the string \"\(string.prefix(40))\(string.count > 40 ? "…" : "")\""
    case .array: "an array"
    case .object: "an object"
    case .invalid: "an invalid value"
    }
  }
}

package struct JSONMember: Sendable {
  package var key: String
  package var keyLocation: Location?
  package var value: JSONValue

  package init(_ key: String, _ value: JSONValue, keyLocation: Location? = nil) {
    self.key = key
    self.value = value
    self.keyLocation = keyLocation
  }
}

/// A finite number together with its notation.
package struct JSONNumber: Sendable, Equatable {
  package let text: String
  package let value: Double

  package init(text: String, value: Double) {
    self.text = text
    self.value = value
  }

  package init(_ value: Double) {
    let whole = value == value.rounded() && abs(value) <= 9_007_199_254_740_992
    self.init(text: whole ? String(Int(value)) : String(value), value: value)
  }

  package init(_ value: Int) {
    self.init(text: String(value), value: Double(value))
  }

  /// The exact integer, also for notations such as `1e3` and `5.0`.
  package var integer: Int? { Int(text) ?? Int(exactly: value) }
}
