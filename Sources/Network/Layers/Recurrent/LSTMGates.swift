import Numerics

/// The arithmetic of one step of one example of an lstm; the gates are i, f, g, o.
enum LSTMGates {
  /// `c = f ∘ c₋₁ + i ∘ g` and `h = o ∘ tanh c`, with the functions of the gates in their places.
  static func forward(
    _ gates: UnsafeMutablePointer<Float>, before: UnsafePointer<Float>,
    cell: UnsafeMutablePointer<Float>, _ hidden: UnsafeMutablePointer<Float>, units: Int
  ) {
    let (candidate, output) = (gates + 2 * units, gates + 3 * units)
    applyLogistic(gates, count: 2 * units)
    applyHyperbolicTangent(candidate, count: units, into: candidate)
    applyLogistic(output, count: units)
    let whole = Lanes.whole(units)
    for unit in stride(from: 0, to: whole, by: Lanes.scalarCount) {
      remember(Lanes.self, gates + unit, before: before + unit, cell: cell + unit, units: units)
    }
    for unit in whole..<units {
      remember(Float.self, gates + unit, before: before + unit, cell: cell + unit, units: units)
    }
    applyHyperbolicTangent(cell, count: units, into: hidden)
    for unit in 0..<units { hidden[unit] *= output[unit] }
  }

  /// `c = f ∘ c₋₁ + i ∘ g`
  @inline(__always)
  private static func remember<Vector: FloatVector>(
    _: Vector.Type, _ gate: UnsafePointer<Float>, before: UnsafePointer<Float>,
    cell: UnsafeMutablePointer<Float>, units: Int
  ) {
    let (i, f, g) = (Vector(at: gate), Vector(at: gate + units), Vector(at: gate + 2 * units))
    (f * Vector(at: before)).plus(i, times: g).store(to: cell)
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
    applyHyperbolicTangent(cell, count: units, into: tangents)
    let whole = Lanes.whole(units)
    for unit in stride(from: 0, to: whole, by: Lanes.scalarCount) {
      retreat(
        Lanes.self, gates + unit, before: before + unit, hiddenGradient + unit,
        cellGradient + unit, tangents: tangents + unit, units: units)
    }
    for unit in whole..<units {
      retreat(
        Float.self, gates + unit, before: before + unit, hiddenGradient + unit,
        cellGradient + unit, tangents: tangents + unit, units: units)
    }
  }

  @inline(__always)
  private static func retreat<Vector: FloatVector>(
    _: Vector.Type, _ gate: UnsafeMutablePointer<Float>, before: UnsafePointer<Float>,
    _ hiddenGradient: UnsafePointer<Float>, _ cellGradient: UnsafeMutablePointer<Float>,
    tangents: UnsafePointer<Float>, units: Int
  ) {
    let (i, f) = (Vector(at: gate), Vector(at: gate + units))
    let (g, o) = (Vector(at: gate + 2 * units), Vector(at: gate + 3 * units))
    let t = Vector(at: tangents)
    let gradient = Vector(at: hiddenGradient)
    let c = Vector(at: cellGradient).plus(gradient * o, times: .one - t * t)
    (c * g * i * (.one - i)).store(to: gate)
    (c * Vector(at: before) * f * (.one - f)).store(to: gate + units)
    (c * i * (.one - g * g)).store(to: gate + 2 * units)
    (gradient * t * o * (.one - o)).store(to: gate + 3 * units)
    (c * f).store(to: cellGradient)
  }
}
