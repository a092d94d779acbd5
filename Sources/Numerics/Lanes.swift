import CProcessor

/// Sixteen numbers that lie beside each other: one vector of AVX-512 or several shorter ones. Where a
/// processor pays for wide vectors the compiler takes shorter ones by itself than it has.
@usableFromInline
package typealias Lanes = SIMD16<Float>

/// One number or several beside each other, so that arithmetic which goes number by number is written
/// once for whole vectors and for what is left of a row.
@usableFromInline
package protocol FloatVector {
  /// Reads from any address.
  init(at source: UnsafePointer<Float>)
  init(repeating value: Float)

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self

  /// `self + a · b`, rounded once where the processor does that in one instruction; elsewhere it would
  /// be a call for each number.
  func plus(_ a: Self, times b: Self) -> Self

  func store(to target: UnsafeMutablePointer<Float>)
}

extension FloatVector {
  @inlinable @inline(__always)
  package static var one: Self { Self(repeating: 1) }
}

extension Float: FloatVector {
  @inlinable @inline(__always)
  package init(at source: UnsafePointer<Float>) { self = source.pointee }

  @inlinable @inline(__always)
  package init(repeating value: Float) { self = value }

  @inlinable @inline(__always)
  package func plus(_ a: Float, times b: Float) -> Float {
    processor_fuses_multiply_add() ? addingProduct(a, b) : self + a * b
  }

  @inlinable @inline(__always)
  package func store(to target: UnsafeMutablePointer<Float>) { target.pointee = self }
}

extension Lanes: FloatVector {
  @inlinable @inline(__always)
  package init(at source: UnsafePointer<Float>) {
    self = UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  @inlinable @inline(__always)
  package func plus(_ a: Self, times b: Self) -> Self {
    processor_fuses_multiply_add() ? addingProduct(a, b) : self + a * b
  }

  @inlinable @inline(__always)
  package func store(to target: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(target).storeBytes(of: self, as: Self.self)
  }

  /// How many of some numbers fill whole vectors.
  @inlinable @inline(__always)
  package static func whole(_ count: Int) -> Int { count & ~(scalarCount - 1) }
}

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

extension Lanes {
  /// The first so many, zeros behind them.
  @inline(__always)
  func first(_ count: Int) -> Lanes {
    let numbers = Lanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    return Lanes().replacing(with: self, where: numbers .< Float(count))
  }
}

extension UnsafePointer<Float> {
  /// The sixteen numbers from here on, zeros from `end` on if there is one.
  @inline(__always)
  func lanes(before end: UnsafePointer<Float>?) -> Lanes {
    guard let end, self + Lanes.scalarCount > end else { return lanes }
    var lanes = Lanes()
    for lane in 0..<end - self { lanes[lane] = self[lane] }
    return lanes
  }
}

extension UnsafeMutablePointer<Float> {
  @inline(__always)
  func lanes(before end: UnsafeMutablePointer<Float>?) -> Lanes {
    UnsafePointer(self).lanes(before: end.map { UnsafePointer($0) })
  }

  /// Stores those of sixteen numbers that lie before `end`, or all.
  @inline(__always)
  func setLanes(_ lanes: Lanes, before end: UnsafeMutablePointer<Float>?) {
    guard let end, self + Lanes.scalarCount > end else { return self.lanes = lanes }
    for lane in 0..<end - self { self[lane] = lanes[lane] }
  }
}
