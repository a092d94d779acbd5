import CLanes
import CProcessor

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

  /// `self + a · b`, rounded once where the build's processor does that in one instruction and twice
  /// elsewhere, where it would be a call for each number.
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

extension SIMD16<Float>: FloatVector {
  @inlinable @inline(__always)
  package init(at source: UnsafePointer<Float>) {
    self = UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  @inlinable @inline(__always)
  package func plus(_ a: Self, times b: Self) -> Self { lanes_multiply_add(self, a, b) }

  @inlinable @inline(__always)
  package func plus(_ a: Float, times b: Self) -> Self { plus(Self(repeating: a), times: b) }

  @inlinable @inline(__always)
  package func store(to target: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(target).storeBytes(of: self, as: Self.self)
  }

  /// How many of some numbers fill whole vectors.
  @inlinable @inline(__always)
  package static func whole(_ count: Int) -> Int { count & ~(scalarCount - 1) }
}
