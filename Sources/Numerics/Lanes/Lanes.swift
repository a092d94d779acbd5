import CLanes

/// Sixteen numbers that lie beside each other: one vector of AVX-512 or several shorter ones. Where a
/// processor pays for wide vectors the compiler takes shorter ones by itself than it has.
@usableFromInline
package typealias Lanes = SIMD16<Float>

extension SIMD16<Float> {
  /// The first index of each sixteen of so many.
  @inlinable @inline(__always)
  package static func firsts(_ count: Int) -> StrideTo<Int> {
    stride(from: 0, to: count, by: scalarCount)
  }

  /// The sum of all, halves first: the same order on every processor, and a short way.
  @inlinable @inline(__always)
  package var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// The larger of each two; a NaN is none.
  @inlinable @inline(__always)
  package func larger(than other: Self) -> Self { lanes_larger(self, other) }

  /// The largest of all.
  @inlinable @inline(__always)
  package var largest: Float {
    var largest = self[0]
    for lane in 1..<Self.scalarCount { largest = self[lane] > largest ? self[lane] : largest }
    return largest
  }
}

extension UnsafePointer<Float> {
  /// The sixteen numbers from here on.
  @inline(__always)
  var lanes: Lanes { Lanes(at: self) }
}

extension UnsafeMutablePointer<Float> {
  /// The sixteen numbers from here on.
  @inline(__always)
  var lanes: Lanes {
    get { Lanes(at: self) }
    nonmutating set { newValue.store(to: self) }
  }
}

extension Int {
  /// The next multiple of sixteen: numbers in whole lanes.
  @inline(__always)
  var wholeLanes: Int { (self + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount }
}
