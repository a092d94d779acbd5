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

  /// The sum of all lanes, halves first: the same order on every processor, and a short way.
  @inline(__always)
  var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// The largest of all lanes.
  @inline(__always)
  var largest: Float {
    let eight = lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two.x > two.y ? two.x : two.y
  }
}
