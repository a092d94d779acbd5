import Configuration
import Numerics

/// Steps by the sign of a momentum (Chen et al., Symbolic Discovery of Optimization Algorithms, 2023):
///
///     θ ← θ − η · (sign(β₁·m + (1 − β₁)·g) + λ·θ),  m ← β₂·m + (1 − β₂)·g
package struct Lion: Optimizer {
  package static let type = "lion"
  package static let summary = "Steps by the sign of a momentum."
  package static let guidance = Guidance.choice(
    """
    Large networks on much data in large batches, with half the memory of adam. Not with \
    batches below about 64, where the sign of a noisy gradient is mostly noise.
    """,
    typical: "learning_rate 0.0001, weight_decay 0.1 to 1, with warm-up and cosine.",
    example: #""optimizer": {"type": "lion", "learning_rate": 0.0001, "weight_decay": 0.3}"#)

  package var learningRate = 0.0001
  package var beta1 = 0.9
  package var beta2 = 0.99
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical: """
        0.0001; three to ten times less than what suits adamw, since every step has full \
        size (Chen et al. 2023).
        """,
      example: #""learning_rate": 0.0001"#),
    .beta1(
      \.beta1,
      typical: "0.9; 0.95 with beta2 0.98 where a transformer is unstable (Chen et al. 2023)."),
    .beta2(
      \.beta2,
      guidance: .amount(
        tooLow: """
          The momentum knows the last batches only: signs flip with their noise, and the loss \
          trembles.
          """,
        tooHigh: "The momentum is that of long ago: the loss overshoots and swings.",
        typical: "0.99; 0.98 with beta1 0.95 where a transformer is unstable (Chen et al. 2023).",
        example: #""beta2": 0.99"#)),
    .decoupledWeightDecay(
      \.weightDecay,
      typical: """
        Three to ten times that of adamw, as 0.1 to 1, since the rate that multiplies it is \
        as much lower.
        """, example: #""weight_decay": 0.3"#),
  ]

  package static let isLinearInDecay = true
  package var stateCount: Int { 1 }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
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
