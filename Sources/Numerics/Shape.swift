/// The extent of one example in each dimension, without the batch: `[28, 28, 1]` is an image.
package struct Shape: Sendable, Hashable, CustomStringConvertible {
  package let dimensions: [Int]

  package init(_ dimensions: [Int]) { self.dimensions = dimensions }
  package init(_ dimensions: Int...) { self.dimensions = dimensions }

  /// The number of elements.
  package var count: Int { dimensions.reduce(1, *) }
  package var rank: Int { dimensions.count }

  package var description: String {
    dimensions.isEmpty ? "1" : dimensions.map(String.init).joined(separator: "×")
  }
}
