/// Numbers at an address, with room behind them that nobody may write to.
package struct GuardedNumbers {
  package let values: UnsafeMutablePointer<Float>
  private let count: Int
  private static let room = 64
  private static let mark: Float = 12345

  package init(_ count: Int, fill: Float = .nan) {
    self.count = count
    values = .allocate(capacity: count + Self.room)
    values.initialize(repeating: fill, count: count)
    (values + count).initialize(repeating: Self.mark, count: Self.room)
  }

  package init(_ numbers: [Float]) {
    self.init(numbers.count)
    values.update(from: numbers, count: numbers.count)
  }

  /// Frees the memory.
  ///
  /// - Returns: the numbers; `nil` if something was written behind them.
  package func take() -> [Float]? {
    defer { values.deallocate() }
    guard (count..<count + Self.room).allSatisfy({ values[$0] == Self.mark }) else { return nil }
    return (0..<count).map { values[$0] }
  }
}
