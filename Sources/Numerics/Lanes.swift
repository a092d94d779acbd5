/// Sixteen neighbours: what kernels load, compute with and store at once, whatever the width of the
/// processor's registers.
typealias Lanes = SIMD16<Float>

extension UnsafePointer<Float> {
  /// The sixteen numbers from here on.
  @inline(__always)
  var lanes: Lanes { UnsafeRawPointer(self).loadUnaligned(as: Lanes.self) }
}

extension UnsafeMutablePointer<Float> {
  /// The sixteen numbers from here on.
  @inline(__always)
  var lanes: Lanes {
    get { UnsafeRawPointer(self).loadUnaligned(as: Lanes.self) }
    nonmutating set { UnsafeMutableRawPointer(self).storeBytes(of: newValue, as: Lanes.self) }
  }
}

extension Int {
  /// The next multiple of sixteen: numbers in whole lanes.
  @inline(__always)
  var wholeLanes: Int { (self + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount }
}
