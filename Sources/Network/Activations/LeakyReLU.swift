import Configuration
import Numerics

/// f(x) = x for x > 0, else slope · x (Maas, Hannun, Ng, ICML 2013).
package struct LeakyReLU: Activation {
  package static let type = "leaky_relu"
  package static let summary = "x for x > 0, else negative_slope · x."
  package static let guidance = Guidance.choice(
    """
    As relu where units die: the loss goes flat early and lowering the learning rate \
    helps. Otherwise no better.
    """,
    typical: "A slope of 0.01 to 0.2.",
    example: #""activation": {"type": "leaky_relu", "negative_slope": 0.1}"#)
  package static let synonyms = ["leakyrelu", "lrelu"]

  package var negativeSlope = 0.01

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "negative_slope", \.negativeSlope, in: .atLeast(0), synonyms: ["alpha", "slope"],
      help: "Slope for negative inputs.",
      guidance: .amount(
        tooLow: """
          Near 0 it is relu, whose units may die: outputs that are 0 for every example learn \
          no more.
          """,
        tooHigh: "Near 1 it is linear, and layers in a row are hardly more than one.",
        typical: "0.01 in PyTorch, 0.3 in Keras; 0.2 in many networks that generate images.",
        example: #""negative_slope": 0.1"#))
  ]

  package func range(width: Int) -> ClosedRange<Double> {
    (negativeSlope > 0 ? -.infinity : 0) ... .infinity
  }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let slope = Float(negativeSlope)
    for index in 0..<count {
      let x = values[index]
      values[index] = x > 0 ? x : x * slope
    }
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    let slope = Float(negativeSlope)
    for index in 0..<count {
      gradient[index] = operand[index] > 0 ? gradient[index] : gradient[index] * slope
    }
  }
}
