import Configuration
import Glibc
import Numerics

/// Adam with Nesterov momentum (Dozat, ICLR Workshop 2016), in the form of PyTorch, with
/// `μₜ = β₁ · (1 − ½ · 0.96^(t·ψ))`:
///
///     θ ← θ − η · ((1 − μₜ)·g / (1 − Πμ) + μₜ₊₁·m / (1 − Πμ·μₜ₊₁)) / (√(v / (1 − β₂ᵗ)) + ε)
package struct NAdam: Optimizer {
  package static let type = "nadam"
  package static let summary = "Adam with Nesterov momentum."
  package static let guidance = Guidance.choice(
    """
    As adam with a little more speed in the first epochs of small and recurrent \
    networks. Not together with a recipe that was tuned for adam.
    """,
    typical: "learning_rate 0.002, the rest as it is.",
    example: #""optimizer": {"type": "nadam", "learning_rate": 0.002}"#)

  package var learningRate = 0.002
  package var beta1 = 0.9
  package var beta2 = 0.999
  package var epsilon = 1e-8
  package var weightDecay = 0.0
  package var momentumDecay = 0.004

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical: "0.002 in PyTorch, 0.001 in Keras.",
      example: #""learning_rate": 0.002"#),
    .beta1(\.beta1),
    .beta2(\.beta2),
    .epsilon(\.epsilon),
    .weightDecay(\.weightDecay),
    .number(
      "momentum_decay", \.momentumDecay, in: .atLeast(0), synonyms: ["psi"],
      help: "How fast the momentum grows from half of beta1 to beta1.",
      guidance: .amount(
        tooLow: """
          The momentum stays near half of beta1 for thousands of steps: learning is slower \
          than with adam.
          """,
        tooHigh: "The momentum is full from the first steps on: early steps may overshoot.",
        typical: "0.004 in PyTorch and Keras, which takes some thousand steps.",
        example: #""momentum_decay": 0.004"#)),
  ]

  package var stateCount: Int { 2 }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
    let now = momentum(at: step)
    let next = momentum(at: step + 1)
    let product = momentumProduct(upTo: step)
    let gradientRate = Float(learningRate * (1 - now) / (1 - product))
    let meanRate = Float(learningRate * next / (1 - product * next))
    let rootFactor = Float(1 / (1 - pow(beta2, Double(step))).squareRoot())
    let (decay, epsilon) = (Float(weightDecay), Float(self.epsilon))
    let (keep1, take1) = (Float(beta1), Float(1 - beta1))
    let (keep2, take2) = (Float(beta2), Float(1 - beta2))
    let (parameters, gradients) = (range.parameters, range.gradients)
    let (means, squares) = (range.state(0), range.state(1))
    for index in 0..<range.count {
      let gradient = gradients[index] + decay * parameters[index]
      let mean = keep1 * means[index] + take1 * gradient
      let square = keep2 * squares[index] + take2 * gradient * gradient
      means[index] = mean
      squares[index] = square
      parameters[index] -=
        (gradientRate * gradient + meanRate * mean) / (squareRoots(square) * rootFactor + epsilon)
    }
  }

  private func momentum(at step: Int) -> Double {
    beta1 * (1 - 0.5 * pow(0.96, Double(step) * momentumDecay))
  }

  /// The product of all momenta so far; its factors are below one, so it soon is nothing beside 1.
  private func momentumProduct(upTo step: Int) -> Double {
    var product = 1.0
    for past in 1...step {
      product *= momentum(at: past)
      if product < 1e-20 { return 0 }
    }
    return product
  }
}
