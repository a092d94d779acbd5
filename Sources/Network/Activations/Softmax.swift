import Configuration
import Numerics

/// f(x)ᵢ = e^xᵢ / Σⱼ e^xⱼ along the last dimension.
package struct Softmax: Activation {
  package static let type = "softmax"
  package static let summary = "exp(x) divided by its sum along the last dimension."
  package static let guidance = Guidance.choice(
    """
    Shares that add up to 1 inside a network. Not in the last layer of a classifier: \
    cross_entropy has its own, and two flatten the gradients.
    """,
    typical: "Seldom needed; see the loss cross_entropy.",
    example: #""activation": "softmax""#)
  package static let isRowwise = true

  package init() {}

  package static let keys: [Key<Self>] = []

  /// One number alone is all of the sum.
  package func range(width: Int) -> ClosedRange<Double> { width > 1 ? 0...1 : 1...1 }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let factor = 1 / exponentials(values, count: count, into: values).sum
    for index in 0..<count { values[index] *= factor }
  }

  /// ∂L/∂xᵢ = yᵢ · (gᵢ − Σⱼ gⱼ yⱼ)
  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    var mean: Float = 0
    for index in 0..<count { mean += gradient[index] * operand[index] }
    for index in 0..<count { gradient[index] = operand[index] * (gradient[index] - mean) }
  }
}
