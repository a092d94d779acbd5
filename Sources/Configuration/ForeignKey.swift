/// What to do instead of a key of another program that is no other name of a key here.
package struct ForeignKey: Sendable, ExpressibleByStringInterpolation {
  /// The advice for the value that was written.
  let advice: @Sendable (JSONValue) -> String

  package init(_ advice: @escaping @Sendable (JSONValue) -> String) { self.advice = advice }

  package init(stringLiteral advice: String) { self.init { _ in advice } }
}
