import Numerics

/// The arithmetic of one step of one example of an lstm; the gates are i, f, g, o.
enum LSTMGates {
  /// `c = f ∘ c₋₁ + i ∘ g` and `h = o ∘ tanh c`, with the functions of the gates in their places.
  static func forward(
    _ gates: UnsafeMutablePointer<Float>, before: UnsafePointer<Float>,
    cell: UnsafeMutablePointer<Float>, _ hidden: UnsafeMutablePointer<Float>, units: Int
  ) {
    let (candidate, output) = (gates + 2 * units, gates + 3 * units)
    for index in 0..<2 * units { gates[index] = logistic(gates[index]) }
    for unit in 0..<units { candidate[unit] = hyperbolicTangent(candidate[unit]) }
    for unit in 0..<units { output[unit] = logistic(output[unit]) }
    for unit in stride(from: 0, to: units, by: Lanes.scalarCount) {
      let count = units - unit
      let kept = Lanes(gates + units + unit, count) * Lanes(before + unit, count)
      let c = kept + Lanes(gates + unit, count) * Lanes(candidate + unit, count)
      c.store(to: cell + unit, count)
      c.store(to: hidden + unit, count)
    }
    for unit in 0..<units { hidden[unit] = hyperbolicTangent(hidden[unit]) }
    for unit in 0..<units { hidden[unit] *= output[unit] }
  }

  /// With t = tanh c and ∂c = ∂c₊₁ + ∂h ∘ o ∘ (1 − t²):
  ///
  ///     ∂i = ∂c ∘ g ∘ i(1 − i)      ∂f = ∂c ∘ c₋₁ ∘ f(1 − f)
  ///     ∂g = ∂c ∘ i ∘ (1 − g²)      ∂o = ∂h ∘ t ∘ o(1 − o)
  ///     ∂c₋₁ = ∂c ∘ f
  ///
  /// - Parameter cellGradient: ∂c₊₁ of what this step left, then ∂c₋₁ of what it found.
  static func backward(
    _ gates: UnsafeMutablePointer<Float>, before: UnsafePointer<Float>,
    cell: UnsafePointer<Float>, _ hiddenGradient: UnsafePointer<Float>,
    _ cellGradient: UnsafeMutablePointer<Float>, tangents: UnsafeMutablePointer<Float>, units: Int
  ) {
    for unit in 0..<units { tangents[unit] = hyperbolicTangent(cell[unit]) }
    for unit in stride(from: 0, to: units, by: Lanes.scalarCount) {
      let count = units - unit
      let gate = gates + unit
      let i = Lanes(gate, count)
      let f = Lanes(gate + units, count)
      let g = Lanes(gate + 2 * units, count)
      let o = Lanes(gate + 3 * units, count)
      let t = Lanes(tangents + unit, count)
      let gradient = Lanes(hiddenGradient + unit, count)
      let c = Lanes(cellGradient + unit, count) + gradient * o * (1 - t * t)
      (c * g * i * (1 - i)).store(to: gate, count)
      (c * Lanes(before + unit, count) * f * (1 - f)).store(to: gate + units, count)
      (c * i * (1 - g * g)).store(to: gate + 2 * units, count)
      (gradient * t * o * (1 - o)).store(to: gate + 3 * units, count)
      (c * f).store(to: cellGradient + unit, count)
    }
  }
}
