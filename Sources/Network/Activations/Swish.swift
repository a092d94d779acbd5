import Configuration
import Numerics

/// f(x) = x · σ(βx) (Ramachandran, Zoph, Le, 2017); β = 1 is the SiLU.
package struct Swish: Activation {
  package static let type = "swish"
  package static let summary = "x · sigmoid(beta · x); with beta 1 also known as SiLU."
  package static let guidance = Guidance.choice(
    """
    Deep convolutional networks and smooth regression on tables, as a smooth relu. It \
    costs an exponential, so in small networks relu does.
    """,
    typical: "beta 1, as in EfficientNet.",
    example: #""activation": "swish""#)
  package static let synonyms = ["silu"]
  package static let backwardReads = ActivationOperand.input

  package var beta = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "beta", \.beta, in: .above(0), help: "Steepness of the gate.",
      guidance: .amount(
        tooLow: "Near 0 it is half the input, and so linear.",
        tooHigh: "It is relu, with its corner at 0.",
        typical: "1, the SiLU of PyTorch and EfficientNet.",
        example: #""beta": 1.0"#))
  ]

  /// The minimum of x · sigmoid(x) lies at −1.28.
  package func range(width: Int) -> ClosedRange<Double> {
    (beta > 0 ? -0.278_465 / beta : -.infinity) ... .infinity
  }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let beta = Float(self.beta)
    for index in 0..<count {
      let x = values[index]
      values[index] = x * logistic(beta * x)
    }
  }

  package func forward(
    _ values: UnsafeMutablePointer<Float>, derivatives: UnsafeMutablePointer<Float>, count: Int
  ) {
    let beta = Float(self.beta)
    for index in 0..<count {
      let x = values[index]
      let s = logistic(beta * x)
      values[index] = x * s
      derivatives[index] = s + beta * x * s * (1 - s)
    }
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    let beta = Float(self.beta)
    for index in 0..<count {
      let x = operand[index]
      let s = logistic(beta * x)
      gradient[index] *= s + beta * x * s * (1 - s)
    }
  }
}
