import Numerics

/// The arithmetic of one step of one example of a gru; the gates are r, z, n, and q is the recurrent
/// product of n.
enum GRUGates {
  /// `n = tanh(a + r ∘ q)` and `h = n + z ∘ (h₋₁ − n)`, with the functions of the gates in their places.
  static func forward(
    _ gates: UnsafeMutablePointer<Float>, product: UnsafePointer<Float>,
    before: UnsafePointer<Float>, state: UnsafeMutablePointer<Float>,
    _ hidden: UnsafeMutablePointer<Float>, units: Int
  ) {
    let (update, candidate) = (gates + units, gates + 2 * units)
    for index in 0..<2 * units { gates[index] = logistic(gates[index]) }
    for unit in 0..<units { candidate[unit] += gates[unit] * product[unit] }
    for unit in 0..<units { candidate[unit] = hyperbolicTangent(candidate[unit]) }
    for unit in stride(from: 0, to: units, by: Lanes.scalarCount) {
      let count = units - unit
      let n = Lanes(candidate + unit, count)
      let h = n + Lanes(update + unit, count) * (Lanes(before + unit, count) - n)
      h.store(to: state + unit, count)
      h.store(to: hidden + unit, count)
    }
  }

  /// With the whole gradient ∂h of what this step left:
  ///
  ///     ∂n = ∂h ∘ (1 − z) ∘ (1 − n²)      ∂z = ∂h ∘ (h₋₁ − n) ∘ z(1 − z)
  ///     ∂r = ∂n ∘ q ∘ r(1 − r)            ∂q = ∂n ∘ r
  ///     ∂h₋₁ = ∂h ∘ z, besides what comes through the recurrent kernel
  ///
  /// - Parameters:
  ///   - product: q, then ∂q.
  ///   - stateGradient: what the step behind this one handed past the kernel, then what this does.
  static func backward(
    _ gates: UnsafeMutablePointer<Float>, product: UnsafeMutablePointer<Float>,
    before: UnsafePointer<Float>, _ hiddenGradient: UnsafePointer<Float>,
    _ stateGradient: UnsafeMutablePointer<Float>, units: Int
  ) {
    for unit in stride(from: 0, to: units, by: Lanes.scalarCount) {
      let count = units - unit
      let gate = gates + unit
      let r = Lanes(gate, count)
      let z = Lanes(gate + units, count)
      let n = Lanes(gate + 2 * units, count)
      let q = Lanes(product + unit, count)
      let h = Lanes(hiddenGradient + unit, count) + Lanes(stateGradient + unit, count)
      let candidate = h * (1 - z) * (1 - n * n)
      (candidate * q * r * (1 - r)).store(to: gate, count)
      (h * (Lanes(before + unit, count) - n) * z * (1 - z)).store(to: gate + units, count)
      candidate.store(to: gate + 2 * units, count)
      (candidate * r).store(to: product + unit, count)
      (h * z).store(to: stateGradient + unit, count)
    }
  }
}
