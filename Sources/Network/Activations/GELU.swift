import Configuration
import Numerics

/// f(x) = x · Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel, 2016).
package struct GELU: Activation {
  /// How Φ is computed.
  package enum Approximation: String, CaseIterable, Sendable {
    /// By the error function.
    case none
    /// By ½ · (1 + tanh(√(2/π) · (x + 0.044715 x³))), as GPT-2 did.
    case tanh
  }

  package static let type = "gelu"
  package static let summary = "x · Φ(x), Φ the normal distribution function."
  package static let backwardReads = ActivationOperand.input

  package var approximation = Approximation.none

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "approximation", \.approximation, .choice, synonyms: ["approximate"],
      help: "none computes Φ by the error function, tanh by the formula that GPT-2 used.")
  ]

  /// √(2/π)
  private static let tanhScale: Float = 0.797_884_56
  private static let tanhCube: Float = 0.044_715

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    switch approximation {
    case .none:
      for index in 0..<count {
        let x = values[index]
        values[index] = 0.5 * x * (1 + errorFunction(x * 0.707_106_78))
      }
    case .tanh:
      let (scale, cube) = (Self.tanhScale, Self.tanhCube)
      for index in 0..<count {
        let x = values[index]
        values[index] = 0.5 * x * (1 + hyperbolicTangent(scale * (x + cube * x * x * x)))
      }
    }
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch approximation {
    case .none:
      // f′(x) = Φ(x) + x · φ(x), φ(x) = e^(−x²/2) / √(2π)
      for index in 0..<count {
        let x = operand[index]
        let density = 0.398_942_28 * exponential(-0.5 * x * x)
        gradient[index] *= 0.5 * (1 + errorFunction(x * 0.707_106_78)) + x * density
      }
    case .tanh:
      let (scale, cube) = (Self.tanhScale, Self.tanhCube)
      for index in 0..<count {
        let x = operand[index]
        let t = hyperbolicTangent(scale * (x + cube * x * x * x))
        let slope = scale * (1 + 3 * cube * x * x)
        gradient[index] *= 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope
      }
    }
  }
}
