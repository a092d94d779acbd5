import Configuration
import Glibc
import Numerics

/// f(x) = ln(1 + e^x).
package struct Softplus: Activation {
  package static let type = "softplus"
  package static let summary = "ln(1 + exp(x)), a smooth ReLU."
  package static let guidance = Guidance.choice(
    """
    Outputs that must be above 0 and smooth, such as a scale. As a hidden activation \
    relu is faster and as good.
    """,
    typical: "Last layers of positive quantities.",
    example: #""activation": "softplus""#)
  package static let backwardReads = ActivationOperand.input

  package init() {}

  package static let keys: [Key<Self>] = []

  package func range(width: Int) -> ClosedRange<Double> { 0 ... .infinity }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      // ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|) does not overflow.
      let x = values[index]
      values[index] = (x > 0 ? x : 0) + log1pf(exponential(-abs(x)))
    }
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    for index in 0..<count {
      gradient[index] *= logistic(operand[index])
    }
  }
}
