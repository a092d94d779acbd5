import Configuration
import Glibc
import Numerics

/// Adam (Kingma and Ba, ICLR 2015), in the form of PyTorch:
///
///     g ← ∇ + λ·θ,  m ← β₁·m + (1 − β₁)·g,  v ← β₂·v + (1 − β₂)·g²
///     θ ← θ − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
package struct Adam: Optimizer {
  package static let type = "adam"
  package static let summary = "Adaptive moments of the gradient and of its square."
  package static let guidance = Guidance.choice(
    """
    The first choice: its defaults train most networks, recurrent ones too, and it \
    forgives badly scaled inputs. With weight decay take adamw; for the last percent of \
    a convolutional network try sgd.
    """,
    typical: "learning_rate 0.001, the rest as it is.",
    example: #""optimizer": {"type": "adam", "learning_rate": 0.001}"#)

  package var learningRate = 0.001
  package var beta1 = 0.9
  package var beta2 = 0.999
  package var epsilon = 1e-8
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical: """
        0.001 in the paper, PyTorch and Keras; 0.003 to 0.01 for small networks, 0.0001 to \
        0.0005 for deep ones and transformers.
        """,
      example: #""learning_rate": 0.001"#),
    .beta1(\.beta1),
    .beta2(\.beta2),
    .epsilon(\.epsilon),
    .weightDecay(\.weightDecay),
  ]

  package static let foreignKeys: [String: ForeignKey] = [
    "amsgrad": "that is an optimizer of its own: \"type\": \"\(AMSGrad.type)\"",
    "decay": Adam.adviceOnDecay,
  ]

  package var stateCount: Int { 2 }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
    let correction1 = 1 - pow(beta1, Double(step))
    let correction2 = 1 - pow(beta2, Double(step))
    let rate = Float(learningRate / correction1)
    let rootFactor = Float(1 / correction2.squareRoot())
    let decay = Float(weightDecay)
    let epsilon = Float(self.epsilon)
    let keep1 = Float(beta1)
    let keep2 = Float(beta2)
    let take1 = Float(1 - beta1)
    let take2 = Float(1 - beta2)
    let (parameters, gradients) = (range.parameters, range.gradients)
    let (means, squares) = (range.state(0), range.state(1))
    for index in 0..<range.count {
      let gradient = gradients[index] + decay * parameters[index]
      let mean = keep1 * means[index] + take1 * gradient
      let square = keep2 * squares[index] + take2 * gradient * gradient
      means[index] = mean
      squares[index] = square
      parameters[index] -= rate * mean / (squareRoots(square) * rootFactor + epsilon)
    }
  }
}
