import Configuration
import Glibc
import Numerics

/// Adam by the infinity norm (Kingma and Ba, ICLR 2015, section 7), in the form of PyTorch:
///
///     m ← β₁·m + (1 − β₁)·g,  u ← max(β₂·u, |g| + ε),  θ ← θ − η / (1 − β₁ᵗ) · m / u
package struct Adamax: Optimizer {
  package static let type = "adamax"
  package static let summary = "Adam by the infinity norm."
  package static let guidance = Guidance.choice(
    """
    Rare, large gradients, as of embeddings: steps are never larger than the rate. One \
    huge gradient slows its parameter for about a thousand steps, so not with outliers.
    """,
    typical: "learning_rate 0.002, the rest as it is.",
    example: #""optimizer": {"type": "adamax", "learning_rate": 0.002}"#)

  package var learningRate = 0.002
  package var beta1 = 0.9
  package var beta2 = 0.999
  package var epsilon = 1e-8
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical: "0.002 in the paper and PyTorch, 0.001 in Keras.",
      example: #""learning_rate": 0.002"#),
    .beta1(\.beta1),
    .beta2(\.beta2),
    .epsilon(\.epsilon),
    .weightDecay(\.weightDecay),
  ]

  package var stateCount: Int { 2 }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
    let rate = Float(learningRate / (1 - pow(beta1, Double(step))))
    let (decay, epsilon) = (Float(weightDecay), Float(self.epsilon))
    let (keep1, take1) = (Float(beta1), Float(1 - beta1))
    let keep2 = Float(beta2)
    let (parameters, gradients) = (range.parameters, range.gradients)
    let (means, norms) = (range.state(0), range.state(1))
    for index in 0..<range.count {
      let gradient = gradients[index] + decay * parameters[index]
      let mean = keep1 * means[index] + take1 * gradient
      let magnitude = pointwiseMax(gradient, -gradient)
      let norm = pointwiseMax(keep2 * norms[index], magnitude + epsilon)
      means[index] = mean
      norms[index] = norm
      parameters[index] -= rate * mean / norm
    }
  }
}
