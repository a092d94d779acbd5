/// Tokens in 16 bits each, which grow in place and are then handed over.
struct TokenBuffer: ~Copyable {
  private var values: UnsafeMutablePointer<UInt16>?
  private(set) var count = 0
  private let capacity: Int

  /// - Parameter capacity: the most tokens; room that is not used costs no memory on systems that give
  ///   pages when they are touched.
  init(capacity: Int) {
    self.capacity = max(1, capacity)
    values = .allocate(capacity: self.capacity)
  }

  deinit { values?.deallocate() }

  mutating func append(_ token: UInt16) {
    precondition(count < capacity)
    values?[count] = token
    count += 1
  }

  /// Hands the tokens over.
  consuming func storage() -> NumberStorage {
    guard let values else { preconditionFailure("handed over before") }
    self.values = nil
    return NumberStorage(owning: values, count: count)
  }

  /// The tokens one by one.
  func forEach(_ body: (Int) -> Void) {
    guard let values else { return }
    for index in 0..<count { body(Int(values[index])) }
  }
}
