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
    applyLogistic(gates, count: 2 * units)
    let whole = Lanes.whole(units)
    for unit in stride(from: 0, to: whole, by: Lanes.scalarCount) {
      reset(Lanes.self, candidate + unit, gates + unit, product + unit)
    }
    for unit in whole..<units { reset(Float.self, candidate + unit, gates + unit, product + unit) }
    applyHyperbolicTangent(candidate, count: units, into: candidate)
    for unit in stride(from: 0, to: whole, by: Lanes.scalarCount) {
      mix(
        Lanes.self, candidate + unit, update + unit, before: before + unit, state: state + unit,
        hidden + unit)
    }
    for unit in whole..<units {
      mix(
        Float.self, candidate + unit, update + unit, before: before + unit, state: state + unit,
        hidden + unit)
    }
  }

  /// `a + r ∘ q`, in the place of a.
  @inline(__always)
  private static func reset<Vector: FloatVector>(
    _: Vector.Type, _ candidate: UnsafeMutablePointer<Float>, _ reset: UnsafePointer<Float>,
    _ product: UnsafePointer<Float>
  ) {
    let a = Vector(at: candidate)
    a.plus(Vector(at: reset), times: Vector(at: product)).store(to: candidate)
  }

  /// `h = n + z ∘ (h₋₁ − n)`
  @inline(__always)
  private static func mix<Vector: FloatVector>(
    _: Vector.Type, _ candidate: UnsafePointer<Float>, _ update: UnsafePointer<Float>,
    before: UnsafePointer<Float>, state: UnsafeMutablePointer<Float>,
    _ hidden: UnsafeMutablePointer<Float>
  ) {
    let n = Vector(at: candidate)
    let h = n.plus(Vector(at: update), times: Vector(at: before) - n)
    h.store(to: state)
    h.store(to: hidden)
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
    let whole = Lanes.whole(units)
    for unit in stride(from: 0, to: whole, by: Lanes.scalarCount) {
      retreat(
        Lanes.self, gates + unit, product: product + unit, before: before + unit,
        hiddenGradient + unit, stateGradient + unit, units: units)
    }
    for unit in whole..<units {
      retreat(
        Float.self, gates + unit, product: product + unit, before: before + unit,
        hiddenGradient + unit, stateGradient + unit, units: units)
    }
  }

  @inline(__always)
  private static func retreat<Vector: FloatVector>(
    _: Vector.Type, _ gate: UnsafeMutablePointer<Float>, product: UnsafeMutablePointer<Float>,
    before: UnsafePointer<Float>, _ hiddenGradient: UnsafePointer<Float>,
    _ stateGradient: UnsafeMutablePointer<Float>, units: Int
  ) {
    let (r, z) = (Vector(at: gate), Vector(at: gate + units))
    let n = Vector(at: gate + 2 * units)
    let q = Vector(at: product)
    let h = Vector(at: hiddenGradient) + Vector(at: stateGradient)
    let candidate = h * (.one - z) * (.one - n * n)
    (candidate * q * r * (.one - r)).store(to: gate)
    (h * (Vector(at: before) - n) * z * (.one - z)).store(to: gate + units)
    candidate.store(to: gate + 2 * units)
    (candidate * r).store(to: product)
    (h * z).store(to: stateGradient)
  }
}
