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
  package static let guidance = Guidance.choice(
    "Transformers, as a smooth relu. In small networks it is slower and not better.",
    typical: "The dense layers of BERT and GPT.",
    example: #""activation": "gelu""#)
  package static let backwardReads = ActivationOperand.input

  package var approximation = Approximation.none

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "approximation", \.approximation, .choice, synonyms: ["approximate"],
      help: "none computes Φ by the error function, tanh by the formula that GPT-2 used.",
      guidance: .choice(
        """
        none is exact; tanh to agree with a model that was trained with it. The difference \
        stays below 0.001.
        """,
        typical: "none in PyTorch and Keras; tanh in GPT-2.",
        example: #""approximation": "tanh""#))
  ]

  /// Its minimum lies at −0.75.
  package func range(width: Int) -> ClosedRange<Double> { -0.17 ... .infinity }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    for first in Lanes.firsts(count) {
      let rest = count - first
      evaluate(Lanes(values + first, rest)).value.store(to: values + first, rest)
    }
  }

  package func forward(
    _ values: UnsafeMutablePointer<Float>, derivatives: UnsafeMutablePointer<Float>, count: Int
  ) {
    for first in Lanes.firsts(count) {
      let rest = count - first
      let (value, derivative) = evaluate(Lanes(values + first, rest))
      value.store(to: values + first, rest)
      derivative.store(to: derivatives + first, rest)
    }
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    for first in Lanes.firsts(count) {
      let rest = count - first
      let derivative = evaluate(Lanes(operand + first, rest)).derivative
      (Lanes(gradient + first, rest) * derivative).store(to: gradient + first, rest)
    }
  }

  @inline(__always)
  private func evaluate(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
    switch approximation {
    case .none: Self.exact(x)
    case .tanh: Self.approximate(x)
    }
  }

  /// f′(x) = Φ(x) + x · φ(x)
  @inline(__always)
  private static func exact(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
    let (distribution, density) = normalDistribution(x)
    return (x * distribution, distribution + x * density)
  }

  /// √(2/π) and the weight of x³ in the formula of `Approximation.tanh`.
  package static let tanhScale: Float = 0.797_884_56
  package static let tanhCube: Float = 0.044_715

  /// ½ · (1 + tanh u) is the logistic function s of 2u, whose derivative is s · (1 − s) · 2u′.
  @inline(__always)
  private static func approximate(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
    let scale = 2 * tanhScale
    let cube = tanhCube
    let square = x * x
    let s = logistic(scale * x * (1 + cube * square))
    let slope = scale * (1 + 3 * cube * square)
    return (x * s, s + x * s * (1 - s) * slope)
  }
}
