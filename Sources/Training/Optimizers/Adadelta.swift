import Configuration
import Numerics

/// Steps in the ratio of past steps to past gradients (Zeiler 2012), in the form of PyTorch:
///
///     v ← ρ·v + (1 − ρ)·g²,  d = √(u + ε) / √(v + ε) · g,  u ← ρ·u + (1 − ρ)·d²,  θ ← θ − η·d
package struct Adadelta: Optimizer {
  package static let type = "adadelta"
  package static let summary = "Steps in the ratio of past steps to past gradients."
  package static let guidance = Guidance.choice(
    """
    Where no rate shall be chosen: its steps find their own size. That takes thousands \
    of iterations, so adam is nearly always faster.
    """,
    typical: "learning_rate 1, constant schedule.",
    example: #""optimizer": {"type": "adadelta", "rho": 0.95}"#)
  package static let synonyms = ["ada_delta"]

  package var learningRate = 1.0
  package var rho = 0.9
  package var epsilon = 1e-6
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical: """
        1 in the paper and PyTorch, which means that there is none to choose; Keras's 0.001 \
        hardly moves.
        """,
      example: #""learning_rate": 1"#),
    .number(
      "rho", \.rho, in: .from(0, below: 1), help: "How much of both means is kept at each step.",
      guidance: .amount(
        tooLow:
          "Both means know the last few batches only: steps are uneven and the loss is noisy.",
        tooHigh:
          "The first steps stay tiny for longer, and steps answer late when gradients change.",
        typical: "0.9 in PyTorch, 0.95 in the paper and Keras.",
        example: #""rho": 0.95"#)),
    .epsilon(
      \.epsilon,
      typical: """
        1e-6 in the paper and PyTorch; here it also sets the size of the first steps, so \
        more of it starts faster.
        """, example: #""epsilon": 1e-6"#),
    .weightDecay(\.weightDecay),
  ]

  package var stateCount: Int { 2 }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
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
