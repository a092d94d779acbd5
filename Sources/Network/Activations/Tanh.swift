import Configuration
import Numerics

/// f(x) = tanh x.
package struct Tanh: Activation {
  package static let type = "tanh"
  package static let summary = "The hyperbolic tangent."
  package static let guidance = Guidance.choice(
    """
    Small networks of smooth functions, and recurrent ones: outputs average 0. In deep \
    networks gradients vanish: relu.
    """,
    typical: "One or two hidden layers, with xavier_uniform.",
    example: #""activation": "tanh""#)

  package init() {}

  package static let keys: [Key<Self>] = []

  package func range(width: Int) -> ClosedRange<Double> { -1...1 }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    applyHyperbolicTangent(values, count: count, into: values)
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    for index in 0..<count {
      let y = operand[index]
      gradient[index] *= 1 - y * y
    }
  }
}
