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
