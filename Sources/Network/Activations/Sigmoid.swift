import Configuration
import Numerics

/// f(x) = 1 / (1 + e^−x).
package struct Sigmoid: Activation {
  package static let type = "sigmoid"
  package static let summary = "1 / (1 + exp(−x))."
  package static let guidance = Guidance.choice(
    """
    Outputs between 0 and 1 inside a network, as gates. Not in hidden layers, where \
    gradients shrink to a quarter at best with each; and not in front of a loss, which \
    has its own.
    """,
    typical: "Historic networks, gates.",
    example: #""activation": "sigmoid""#)
  package static let synonyms = ["logistic"]

  package init() {}

  package static let keys: [Key<Self>] = []

  package func range(width: Int) -> ClosedRange<Double> { 0...1 }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    applyLogistic(values, count: count)
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    for index in 0..<count {
      let y = operand[index]
      gradient[index] *= y * (1 - y)
    }
  }
}
