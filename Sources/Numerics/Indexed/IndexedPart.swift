/// Where a segment of an `InputLayout` stands among the numbers of an example, and among its inputs.
package struct IndexedPart: Sendable {
  /// The first of the numbers of an example.
  package let stored: Int
  /// The first of the inputs, as if categories were written out.
  package let input: Int
  /// How many numbers there are; `nil` for the index of a category.
  package let numbers: Int?

  /// Numbers that are worth a product of their own.
  fileprivate var isWide: Bool { numbers ?? 0 >= 16 }
}

/// The segments of a layout, by how they are multiplied.
package struct IndexedParts: Sendable {
  /// Indices and a few numbers, which are added up one by one.
  let narrow: [IndexedPart]
  /// Many numbers, which are products.
  package let wide: [IndexedPart]
  /// The inputs of the narrow ones.
  package let narrowInputs: [Range<Int>]

  package init(_ layout: InputLayout) {
    let parts = layout.indexedParts
    let ends = parts.dropFirst().map(\.input) + [layout.width]
    narrow = parts.filter { !$0.isWide }
    wide = parts.filter(\.isWide)
    narrowInputs = zip(parts, ends).compactMap { $0.isWide ? nil : $0.input..<$1 }
  }
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
