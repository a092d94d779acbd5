import Configuration
import Numerics

/// f(x) = x for x > 0, else slope · x (Maas, Hannun, Ng, ICML 2013).
package struct LeakyReLU: Activation {
  package static let type = "leaky_relu"
  package static let summary = "x for x > 0, else negative_slope · x."
  package static let synonyms = ["leakyrelu", "lrelu"]

  package var negativeSlope = 0.01

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "negative_slope", \.negativeSlope, in: .atLeast(0), synonyms: ["alpha", "slope"],
      help: "Slope for negative inputs.")
  ]

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
