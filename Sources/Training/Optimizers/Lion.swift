import Configuration
import Numerics

/// Steps by the sign of a momentum (Chen et al., Symbolic Discovery of Optimization Algorithms, 2023):
///
///     θ ← θ − η · (sign(β₁·m + (1 − β₁)·g) + λ·θ),  m ← β₂·m + (1 − β₂)·g
package struct Lion: Optimizer {
  package static let type = "lion"
  package static let summary = "Steps by the sign of a momentum."

  package var learningRate = 0.0001
  package var beta1 = 0.9
  package var beta2 = 0.99
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate,
    .beta1(\.beta1),
    .beta2(\.beta2),
    .decoupledWeightDecay(\.weightDecay),
  ]

  package var stateCount: Int { 1 }

  package func update(_ range: UpdateRange, step: Int, learningRate: Double) {
    let rate = Float(learningRate)
    let decay = Float(weightDecay)
    let (keep1, take1) = (Float(beta1), Float(1 - beta1))
    let (keep2, take2) = (Float(beta2), Float(1 - beta2))
    let (parameters, gradients) = (range.parameters, range.gradients)
    let means = range.state(0)
    for index in 0..<range.count {
      let gradient = gradients[index]
      let direction = keep1 * means[index] + take1 * gradient
      let sign = Vector.zero.replacing(with: 1, where: direction .> 0)
        .replacing(with: -1, where: direction .< 0)
      parameters[index] -= rate * (sign + decay * parameters[index])
      means[index] = keep2 * means[index] + take2 * gradient
    }
  }
}
