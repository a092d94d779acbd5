import Numerics

/// The arithmetic of one step of one example of an rnn.
enum SimpleGates {
  /// `h = f(a)`, which takes the place of a too.
  static func forward(
    _ gates: UnsafeMutablePointer<Float>, _ hidden: UnsafeMutablePointer<Float>, units: Int,
    isTanh: Bool
  ) {
    if isTanh {
      applyHyperbolicTangent(gates, count: units, into: gates)
    } else {
      for unit in 0..<units {
        let x = gates[unit]
        // A NaN stays one, so that divergence is seen.
        gates[unit] = x < 0 ? 0 : x
      }
    }
    hidden.update(from: gates, count: units)
  }

  /// `∂a = ∂h ∘ f′`, in the place of h: f′ is 1 − h² or whether h > 0.
  static func backward(
    _ gates: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, units: Int,
    isTanh: Bool
  ) {
    if isTanh {
      for unit in 0..<units {
        let h = gates[unit]
        gates[unit] = gradient[unit] * (1 - h * h)
      }
    } else {
      for unit in 0..<units { gates[unit] = gates[unit] > 0 ? gradient[unit] : 0 }
    }
  }
}
