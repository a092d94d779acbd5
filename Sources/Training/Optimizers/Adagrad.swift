import Configuration
import Numerics

/// Divides by the root of the sum of all squared gradients (Duchi, Hazan, Singer, JMLR 2011), in the form
/// of PyTorch: `s ← s + g²,  θ ← θ − η / (1 + (t − 1)·κ) · g / (√s + ε)`.
package struct Adagrad: Optimizer {
  package static let type = "adagrad"
  package static let summary = "Divides by the root of the sum of all squared gradients."
  package static let synonyms = ["ada_grad"]

  package var learningRate = 0.01
  package var learningRateDecay = 0.0
  package var initialAccumulator = 0.0
  package var epsilon = 1e-10
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate,
    .number(
      "learning_rate_decay", \.learningRateDecay, in: .atLeast(0), synonyms: ["lr_decay"],
      help: "Divides the rate of step t by 1 + (t − 1) times this."),
    .number(
      "initial_accumulator", \.initialAccumulator, in: .atLeast(0),
      synonyms: ["initial_accumulator_value"], help: "What the sum of squares starts with."),
    .epsilon(\.epsilon),
    .weightDecay(\.weightDecay),
  ]

  package var stateCount: Int { 1 }

  package func update(_ range: UpdateRange, step: Int, learningRate: Double) {
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
