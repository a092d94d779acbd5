/// What the factors of products are while a network trains. Sums, values and parameters are in single precision
/// either way.
package enum ProductPrecision: String, CaseIterable, Sendable {
  case single
  /// Rounded to the eight significant bits of bfloat16, whose exponents are those of single precision.
  case bfloat16
}
