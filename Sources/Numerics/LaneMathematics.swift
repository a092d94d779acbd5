// The functions of Mathematics.swift sixteen numbers at a time, for the gates of recurrent layers, whose
// functions take as long as a third of their products.

/// e^x, like `exponential` of a single number.
@inline(__always)
private func exponential(_ x: Lanes) -> Lanes {
  // Comparisons in this order let a NaN through.
  let (low, high) = (Lanes(repeating: -87.336_54), Lanes(repeating: 88.376_26))
  var clamped = x.replacing(with: low, where: x .< low)
  clamped = clamped.replacing(with: high, where: clamped .> high)
  let magic = Lanes(repeating: 12_582_912)
  let shifted = magic.plus(clamped, times: Lanes(repeating: 1.442_695_04))
  let n = shifted - magic
  let r = clamped.plus(n, times: Lanes(repeating: -0.693_359_375))
    .plus(n, times: Lanes(repeating: 2.121_944_4e-4))
  var p = Lanes(repeating: 1.398_199_95e-3).plus(Lanes(repeating: 1.987_569_15e-4), times: r)
  p = Lanes(repeating: 8.333_451_9e-3).plus(p, times: r)
  p = Lanes(repeating: 4.166_579_6e-2).plus(p, times: r)
  p = Lanes(repeating: 1.666_666_55e-1).plus(p, times: r)
  p = Lanes(repeating: 5.000_000_1e-1).plus(p, times: r)
  p = (r + 1).plus(p, times: r * r)
  let bits = unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &+ 127
  return p * unsafeBitCast(bits &<< 23, to: Lanes.self)
}

/// Replaces numbers by 1 / (1 + e^−x).
package func applyLogistic(_ values: UnsafeMutablePointer<Float>, count: Int) {
  let whole = Lanes.whole(count)
  for index in stride(from: 0, to: whole, by: Lanes.scalarCount) {
    (1 / (1 + exponential(-Lanes(at: values + index)))).store(to: values + index)
  }
  for index in whole..<count { values[index] = logistic(values[index]) }
}

/// tanh of numbers.
///
/// - Parameter result: may be the numbers themselves.
package func applyHyperbolicTangent(
  _ values: UnsafePointer<Float>, count: Int, into result: UnsafeMutablePointer<Float>
) {
  let whole = Lanes.whole(count)
  for index in stride(from: 0, to: whole, by: Lanes.scalarCount) {
    hyperbolicTangent(Lanes(at: values + index)).store(to: result + index)
  }
  for index in whole..<count { result[index] = hyperbolicTangent(values[index]) }
}

/// tanh x, like `hyperbolicTangent` of a single number.
@inline(__always)
private func hyperbolicTangent(_ x: Lanes) -> Lanes {
  let square = x * x
  var p = Lanes(repeating: 2.063_908_9e-2).plus(Lanes(repeating: -5.704_988_7e-3), times: square)
  p = Lanes(repeating: -5.373_971_5e-2).plus(p, times: square)
  p = Lanes(repeating: 1.333_144_2e-1).plus(p, times: square)
  p = Lanes(repeating: -3.333_328_2e-1).plus(p, times: square)
  let near = x.plus(p * square, times: x)
  let far = 1 - 2 / (exponential(2 * x) + 1)
  return far.replacing(with: near, where: square .< 0.390_625)
}
