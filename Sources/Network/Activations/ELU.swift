import Configuration
import Numerics

/// f(x) = x for x > 0, else α · (e^x − 1) (Clevert, Unterthiner, Hochreiter, ICLR 2016).
package struct ELU: Activation {
  package static let type = "elu"
  package static let summary = "x for x > 0, else alpha · (exp(x) − 1)."
  package static let guidance = Guidance.choice(
    """
    Dense networks without normalization: outputs average near 0, so that deeper ones \
    learn faster than with relu. It costs an exponential.
    """,
    typical: "alpha 1 with he_normal.",
    example: #""activation": "elu""#)

  package var alpha = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "alpha", \.alpha, in: .above(0), help: "The limit for very negative inputs is −alpha.",
      guidance: .amount(
        tooLow: "Near 0 it is relu: means drift above 0, and units may die.",
        tooHigh: "Units rest far below 0 and their outputs vary little: learning slows down.",
        typical: "1 in the paper, PyTorch and Keras.",
        example: #""alpha": 1.0"#))
  ]

  package func range(width: Int) -> ClosedRange<Double> { min(0, -alpha) ... .infinity }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let alpha = Float(self.alpha)
    for index in 0..<count {
      let x = values[index]
      values[index] = x > 0 ? x : alpha * exponentialMinusOne(x)
    }
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    let alpha = Float(self.alpha)
    for index in 0..<count {
      let y = operand[index]
      gradient[index] *= y > 0 ? 1 : y + alpha
    }
  }
}
