import Configuration
import Numerics

/// Divides by the root of the sum of all squared gradients (Duchi, Hazan, Singer, JMLR 2011), in the form
/// of PyTorch: `s ← s + g²,  θ ← θ − η / (1 + (t − 1)·κ) · g / (√s + ε)`.
package struct Adagrad: Optimizer {
  package static let type = "adagrad"
  package static let summary = "Divides by the root of the sum of all squared gradients."
  package static let guidance = Guidance.choice(
    """
    Sparse inputs, such as rare words and one-hot categories: each parameter slows down \
    by its own use. Not for long runs of deep networks, whose rate falls for ever.
    """,
    typical: "learning_rate 0.01 to 0.1, constant schedule.",
    example: #""optimizer": {"type": "adagrad", "learning_rate": 0.05}"#)
  package static let synonyms = ["ada_grad"]

  package var learningRate = 0.01
  package var learningRateDecay = 0.0
  package var initialAccumulator = 0.0
  package var epsilon = 1e-10
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical: "0.01 in PyTorch, 0.001 in Keras; up to 0.1, since the steps shrink by themselves.",
      example: #""learning_rate": 0.05"#),
    .number(
      "learning_rate_decay", \.learningRateDecay, in: .atLeast(0), synonyms: ["lr_decay"],
      help: "Divides the rate of step t by 1 + (t − 1) times this.",
      guidance: .amount(
        tooLow: "At 0 only the sum of squares makes steps smaller, which is mostly enough.",
        tooHigh: "Steps vanish early: the loss stands still long before the end.",
        typical: "0 in PyTorch; a learning_rate_schedule says the same more clearly.",
        example: #""learning_rate_decay": 1e-4"#)),
    .number(
      "initial_accumulator", \.initialAccumulator, in: .atLeast(0),
      synonyms: ["initial_accumulator_value"], help: "What the sum of squares starts with.",
      guidance: .amount(
        tooLow: """
          At 0 the first step of every parameter has full size, however small its gradient: \
          the first loss may leap.
          """,
        tooHigh: "Steps stay small until the sum has outgrown it: the loss begins to fall late.",
        typical: "0 in PyTorch, 0.1 in Keras.",
        example: #""initial_accumulator": 0.1"#)),
    .epsilon(
      \.epsilon,
      typical: "1e-10 in PyTorch, 1e-7 in Keras; it hardly matters once the sum has grown.",
      example: #""epsilon": 1e-10"#),
    .weightDecay(\.weightDecay),
  ]

  package var stateCount: Int { 1 }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
    let rate = Float(learningRate / (1 + Double(step - 1) * learningRateDecay))
    let (decay, epsilon) = (Float(weightDecay), Float(self.epsilon))
    let initial = Float(initialAccumulator)
    let (parameters, gradients) = (range.parameters, range.gradients)
    let sums = range.state(0)
    for index in 0..<range.count {
      let gradient = gradients[index] + decay * parameters[index]
      let sum = sums[index] + gradient * gradient
      sums[index] = sum
      // States are zero at first, so what the sum starts with is added here.
      parameters[index] -= rate * gradient / (squareRoots(sum + initial) + epsilon)
    }
  }
}
