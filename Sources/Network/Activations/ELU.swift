import Configuration
import Numerics

/// f(x) = x for x > 0, else α · (e^x − 1) (Clevert, Unterthiner, Hochreiter, ICLR 2016).
package struct ELU: Activation {
  package static let type = "elu"
  package static let summary = "x for x > 0, else alpha · (exp(x) − 1)."

  package var alpha = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number("alpha", \.alpha, in: .above(0), help: "The limit for very negative inputs is −alpha.")
  ]

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let alpha = Float(self.alpha)
    for index in 0..<count {
      let x = values[index]
      values[index] = x > 0 ? x : alpha * (exponential(x) - 1)
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
