/// Eight numbers where they lie, at any address.
extension SIMD8 {
  @inline(__always)
  init(at source: UnsafePointer<Scalar>) {
    self = UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Scalar>) {
    UnsafeMutableRawPointer(target).storeBytes(of: self, as: Self.self)
  }
}
