/// Sixteen numbers at a time: what loops over flat arrays compute with where the compiler does not
/// find the vectors by itself. Every flat array is a multiple of sixteen long.
package typealias Vector = SIMD16<Float>

/// An array of numbers seen as vectors.
package struct Vectors {
  private let base: UnsafeMutableRawPointer

  package init(_ values: UnsafeMutablePointer<Float>) { base = UnsafeMutableRawPointer(values) }

  package subscript(index: Int) -> Vector {
    @inline(__always)
    get { base.loadUnaligned(fromByteOffset: index * MemoryLayout<Vector>.stride, as: Vector.self) }
    @inline(__always)
    nonmutating set {
      base.storeBytes(
        of: newValue, toByteOffset: index * MemoryLayout<Vector>.stride, as: Vector.self)
    }
  }
}
