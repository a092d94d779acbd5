/// When numbers are so few and so often that they are classes rather than a quantity.
package enum FewNumbers {
  /// More different integers than this are a quantity.
  package static let mostClasses = 10
  /// Of fewer rows for each nothing can be said.
  package static let rowsPerClass = 10
}
