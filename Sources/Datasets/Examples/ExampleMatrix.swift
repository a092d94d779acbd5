/// The features or the targets of all examples of a file: `count` examples of `width` numbers.
///
/// Each example is a run of neighbouring numbers. The runs of two examples may overlap, as windows over
/// a series or a text do, so that nothing is stored twice.
package struct ExampleMatrix: Sendable {
  package let count: Int
  package let width: Int
  let storage: NumberStorage
  /// The number that the first example begins with.
  let first: Int
  /// Numbers from the beginning of an example to that of the next.
  let stride: Int

  /// The smallest and the largest of what some examples have at a place, ready for the network.
  package func range(of index: Int, examples: [Int32]) -> ClosedRange<Float>? {
    let reader = ExampleReader(self)
    defer { extendLifetime(storage) }
    var range: ClosedRange<Float>?
    for example in examples {
      let value = reader.value(Int(example), index)
      guard let found = range else {
        range = value.isNaN ? nil : value...value
        continue
      }
      if value < found.lowerBound { range = value...found.upperBound }
      if value > found.upperBound { range = found.lowerBound...value }
    }
    return range
  }

  /// Examples one behind the other.
  ///
  /// - Precondition: the storage holds `count × width` numbers.
  init(_ storage: NumberStorage, count: Int, width: Int) {
    self.init(storage, count: count, width: width, first: 0, stride: width)
  }

  /// Examples that begin `stride` numbers after each other.
  init(_ storage: NumberStorage, count: Int, width: Int, first: Int, stride: Int) {
    precondition(count == 0 || first + (count - 1) * stride + width <= storage.count)
    self.storage = storage
    self.count = count
    self.width = width
    self.first = first
    self.stride = stride
  }
}
