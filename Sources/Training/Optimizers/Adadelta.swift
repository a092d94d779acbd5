import Configuration
import Numerics

/// Steps in the ratio of past steps to past gradients (Zeiler 2012), in the form of PyTorch:
///
///     v ← ρ·v + (1 − ρ)·g²,  d = √(u + ε) / √(v + ε) · g,  u ← ρ·u + (1 − ρ)·d²,  θ ← θ − η·d
package struct Adadelta: Optimizer {
  package static let type = "adadelta"
  package static let summary = "Steps in the ratio of past steps to past gradients."
  package static let synonyms = ["ada_delta"]

  package var learningRate = 1.0
  package var rho = 0.9
  package var epsilon = 1e-6
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate,
    .number(
      "rho", \.rho, in: .from(0, below: 1), help: "How much of both means is kept at each step."),
    .epsilon(\.epsilon),
    .weightDecay(\.weightDecay),
  ]

  package var stateCount: Int { 2 }

  package func update(_ range: UpdateRange, step: Int, learningRate: Double) {
    let rate = Float(learningRate)
    let (decay, epsilon) = (Float(weightDecay), Float(self.epsilon))
    let (keep, take) = (Float(rho), Float(1 - rho))
    let (parameters, gradients) = (range.parameters, range.gradients)
    let (squares, steps) = (range.state(0), range.state(1))
    for index in 0..<range.count {
      let gradient = gradients[index] + decay * parameters[index]
      let square = keep * squares[index] + take * gradient * gradient
      let move = squareRoots(steps[index] + epsilon) / squareRoots(square + epsilon) * gradient
      squares[index] = square
      steps[index] = keep * steps[index] + take * move * move
      parameters[index] -= rate * move
    }
  }
}
