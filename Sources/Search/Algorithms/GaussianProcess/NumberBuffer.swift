/// Numbers in memory of their own, zeros at first, read and written eight at a time.
///
/// The bounds are those of the caller: this is where the time of a proposal is spent.
final class NumberBuffer {
  let base: UnsafeMutablePointer<Double>
  let count: Int

  /// `count` is rounded up to a multiple of eight.
  init(count: Int) {
    self.count = Self.padded(max(count, 1))
    let raw = UnsafeMutableRawPointer.allocate(byteCount: self.count * 8, alignment: 64)
    base = raw.bindMemory(to: Double.self, capacity: self.count)
    base.initialize(repeating: 0, count: self.count)
  }

  deinit { base.deallocate() }

  @inline(__always)
  static func padded(_ count: Int) -> Int { (count + 7) & ~7 }

  @inline(__always)
  subscript(index: Int) -> Double {
    get { base[index] }
    set { base[index] = newValue }
  }

  /// The eight numbers from `index` on, a multiple of eight.
  @inline(__always)
  subscript(lanes index: Int) -> SIMD8<Double> {
    get { UnsafeRawPointer(base + index).load(as: SIMD8<Double>.self) }
    set { UnsafeMutableRawPointer(base + index).storeBytes(of: newValue, as: SIMD8<Double>.self) }
  }

  func clear() { base.update(repeating: 0, count: count) }
}

extension SIMD8<Double> {
  /// 0, 1, … 7.
  @inline(__always)
  static var indices: Self { Self(0, 1, 2, 3, 4, 5, 6, 7) }
}
