/// Where a segment of an `InputLayout` stands among the numbers of an example, and among its inputs.
package struct IndexedPart: Sendable {
  /// The first of the numbers of an example.
  package let stored: Int
  /// The first of the inputs, as if categories were written out.
  package let input: Int
  /// How many numbers there are; `nil` for the index of a category.
  package let numbers: Int?

  /// Numbers that are worth a product of their own.
  package var isWide: Bool { numbers ?? 0 >= 16 }
}

extension InputLayout {
  /// The segments of a layout without vectors.
  package var indexedParts: [IndexedPart] {
    var (stored, input) = (0, 0)
    return segments.map { segment in
      defer { (stored, input) = (stored + segment.storedWidth, input + segment.width) }
      let count: Int? = if case .numbers(let count) = segment { count } else { nil }
      return IndexedPart(stored: stored, input: input, numbers: count)
    }
  }
}
