/// What the tokens of a text are.
package enum Tokenizer: String, CaseIterable, Sendable {
  /// Unicode scalars of UTF-8; those that occur in the training file.
  case character
  /// Bytes, all 256 of them.
  case byte

  /// What one token is called.
  package var unit: String { rawValue }
}
