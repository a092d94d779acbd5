import Configuration
import Numerics

/// f(x) = max(0, x) (Nair and Hinton, ICML 2010).
package struct ReLU: Activation {
  package static let type = "relu"
  package static let summary = "max(0, x)."
  package static let guidance = Guidance.choice(
    """
    The first choice of dense and convolutional networks: fast, and gradients do not \
    shrink. Where many units die at a high rate: leaky_relu or gelu.
    """,
    typical: "With he_normal; nearly every convolutional network.",
    example: #""activation": "relu""#)

  package init() {}

  package static let keys: [Key<Self>] = []

  package func range(width: Int) -> ClosedRange<Double> { 0 ... .infinity }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let x = values[index]
      // A NaN stays one, so that divergence is seen.
      values[index] = x < 0 ? 0 : x
    }
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    for index in 0..<count {
      gradient[index] = operand[index] > 0 ? gradient[index] : 0
    }
  }
}
