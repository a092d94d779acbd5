/// How to choose a value: what helps someone who knows what a key means, but not yet what to write.
package struct Guidance: Sendable, Equatable {
  /// What comes of a choice.
  package enum Effect: Sendable, Equatable {
    /// Of amounts: what too little does, and what too much does.
    case amount(tooLow: String, tooHigh: String)
    /// Of anything else: when to choose what.
    case choice(String)
  }

  package let effect: Effect
  /// Values that are usual, and where.
  package let typical: String
  /// Members to paste into the object of the key: `"rate": 0.2`.
  package let example: String

  /// The members of the example; `nil` if it is an object of its own or no JSON.
  package var exampleMembers: [JSONMember]? {
    guard !example.hasPrefix("{") else { return nil }
    return parse("{\(example)}")?.members
  }

  /// The value that the example gives to a key.
  package func exampleValue(of key: String) -> JSONValue? {
    exampleMembers?.first { $0.key == key }?.value
  }

  /// The example as it stands in its place: an object, or the value of its one member.
  package var exampleItem: JSONValue? {
    example.hasPrefix("{") ? parse(example) : exampleMembers?.first?.value
  }

  private func parse(_ text: String) -> JSONValue? {
    let parsed = JSONParser.parse(SourceText(name: "example", text))
    return parsed.diagnostics.isEmpty ? parsed.value : nil
  }

  /// Of an amount.
  package static func amount(
    tooLow: String, tooHigh: String, typical: String, example: String
  ) -> Guidance {
    Guidance(
      effect: .amount(tooLow: tooLow, tooHigh: tooHigh), typical: typical, example: example)
  }

  /// Of anything that is not more or less.
  package static func choice(_ when: String, typical: String, example: String) -> Guidance {
    Guidance(effect: .choice(when), typical: typical, example: example)
  }
}
