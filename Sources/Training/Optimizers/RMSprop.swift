import Configuration
import Numerics

/// Divides by the root of the mean squared gradient (Tieleman and Hinton, lecture 6.5, 2012; centered:
/// Graves 2013), in the form of PyTorch:
///
///     v ← ρ·v + (1 − ρ)·g²,  a = √(v − ḡ²) + ε  (ḡ is 0 unless centered)
///     θ ← θ − η·g / a,  or with momentum  b ← μ·b + g / a,  θ ← θ − η·b
package struct RMSprop: Optimizer {
  package static let type = "rmsprop"
  package static let summary = "Divides by the root of the mean squared gradient."
  package static let guidance = Guidance.choice(
    """
    Recurrent networks and problems that change while they are learned; one array less \
    than adam. adam is mostly as good and less touchy.
    """,
    typical: "learning_rate 0.001, rho 0.9.",
    example: #""optimizer": {"type": "rmsprop", "learning_rate": 0.001, "rho": 0.9}"#)
  package static let synonyms = ["rms_prop"]

  package var learningRate = 0.01
  package var rho = 0.99
  package var epsilon = 1e-8
  package var momentum = 0.0
  package var centered = false
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical: """
        0.001 in Hinton's lecture and Keras, also for recurrent networks; PyTorch's default \
        of 0.01 is high for deep networks.
        """,
      example: #""learning_rate": 0.001"#),
    .number(
      "rho", \.rho, in: .from(0, below: 1), synonyms: ["alpha", "decay_rate", "smoothing"],
      help: "How much of the mean squared gradient is kept at each step.",
      guidance: .amount(
        tooLow:
          "The divisor knows the last few batches only: steps are uneven and the loss is noisy.",
        tooHigh: """
          The divisor is old: after gradients have changed, steps are too large or too small \
          for 1 / (1 − rho) iterations.
          """,
        typical: "0.99 in PyTorch, 0.9 in Keras and Hinton's lecture.",
        example: #""rho": 0.9"#)),
    .epsilon(\.epsilon),
    .number(
      "momentum", \.momentum, in: .from(0, below: 1),
      help: "Fraction of the last step that the next one keeps.",
      guidance: .amount(
        tooLow: "At 0 each batch steers for itself, which is what most use it with.",
        tooHigh: """
          Steps add up to 1 / (1 − momentum) of one: the loss swings, or the run diverges at a \
          rate that was right without.
          """,
        typical: "0; 0.9 with a tenth of the rate, as for MobileNetV2 (Sandler et al. 2018).",
        example: #""momentum": 0.9"#)),
    .boolean(
      "centered", \.centered, help: "Whether the variance takes the place of the mean square.",
      guidance: .choice(
        """
        true where gradients keep their direction for long, as in recurrent networks: steps \
        grow there. It takes one more array as large as the parameters; false does without.
        """,
        typical: "false in PyTorch and Keras; true in Graves (2013).",
        example: #""centered": true"#)),
    .weightDecay(\.weightDecay),
  ]

  // The mean gradient and the momentum take the arrays behind the mean square, where asked for.
  package var stateCount: Int { 1 + (centered ? 1 : 0) + (momentum > 0 ? 1 : 0) }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
    let rate = Float(learningRate)
    let (decay, epsilon) = (Float(weightDecay), Float(self.epsilon))
    let (keep, take) = (Float(rho), Float(1 - rho))
    let momentum = Float(self.momentum)
    let (parameters, gradients) = (range.parameters, range.gradients)
    let squares = range.state(0)
    let means = centered ? range.state(1) : nil
    let steps = momentum > 0 ? range.state(centered ? 2 : 1) : nil
    for index in 0..<range.count {
      let gradient = gradients[index] + decay * parameters[index]
      let square = keep * squares[index] + take * gradient * gradient
      squares[index] = square
      var variance = square
      if let means {
        let mean = keep * means[index] + take * gradient
        means[index] = mean
        variance -= mean * mean
      }
      var move = gradient / (squareRoots(variance) + epsilon)
      if let steps {
        move += momentum * steps[index]
        steps[index] = move
      }
      parameters[index] -= rate * move
    }
  }
}
