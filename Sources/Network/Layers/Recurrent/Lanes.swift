/// Sixteen neighbours, or as many as are left of a row.
typealias Lanes = SIMD16<Float>

extension Lanes {
  @inline(__always)
  init(_ source: UnsafePointer<Float>, _ count: Int) {
    if count >= Self.scalarCount {
      self = UnsafeRawPointer(source).loadUnaligned(as: Self.self)
    } else {
      self = Self()
      for lane in 0..<count { self[lane] = source[lane] }
    }
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>, _ count: Int) {
    if count >= Self.scalarCount {
      UnsafeMutableRawPointer(target).storeBytes(of: self, as: Self.self)
    } else {
      for lane in 0..<count { target[lane] = self[lane] }
    }
  }
}
