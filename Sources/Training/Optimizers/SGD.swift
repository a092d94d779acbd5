import Configuration
import Numerics

/// Stochastic gradient descent with momentum (Polyak 1964) or Nesterov momentum (Sutskever et al.,
/// ICML 2013), in the form of PyTorch:
///
///     g ← ∇ + λ·θ,  v ← μ·v + (1 − δ)·g,  θ ← θ − η·v   (momentum; at first v = g)
///     θ ← θ − η·(g + μ·v)                                (Nesterov)
package struct SGD: Optimizer {
  package static let type = "sgd"
  package static let summary = "Stochastic gradient descent, with momentum or Nesterov momentum."
  package static let guidance = Guidance.choice(
    """
    The best final accuracy of convolutional networks where there is time to tune rate, \
    momentum and schedule; linear models on all examples at once; least memory. Not for \
    transformers, and not untuned: take adam.
    """,
    typical: """
      learning_rate 0.1, momentum 0.9, nesterov and a cosine schedule for residual \
      networks.
      """,
    example:
      #""optimizer": {"type": "sgd", "learning_rate": 0.05, "momentum": 0.9, "nesterov": true}"#)
  package static let synonyms = ["momentum", "gradient_descent", "nesterov"]

  package var learningRate = 0.01
  package var momentum = 0.0
  package var dampening = 0.0
  package var nesterov = false
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical: """
        0.1 with momentum 0.9 for convolutional networks with batch normalization, 0.01 to \
        0.05 without it. Steps are as large as the gradients: unscaled data needs far less.
        """,
      example: #""learning_rate": 0.05"#),
    .number(
      "momentum", \.momentum, in: .from(0, below: 1),
      help: "Fraction of the last step that the next one keeps.",
      guidance: .amount(
        tooLow: "Each batch steers for itself: the loss zigzags and falls slowly.",
        tooHigh: """
          Steps overshoot and the loss swings in long waves. Steps add up to 1 / (1 − \
          momentum) of one, so that 0.99 wants a tenth of the rate of 0.9.
          """,
        typical:
          "0.9 for almost everything; 0.95 to 0.99 for all examples at once or large batches.",
        example: #""momentum": 0.9"#)),
    .number(
      "dampening", \.dampening, in: .from(0, below: 1),
      help: "Share of the gradient that the momentum leaves out.",
      guidance: .amount(
        tooLow: """
          At 0 steps add up to 1 / (1 − momentum) gradients; that is what learning rates in \
          papers are meant for.
          """,
        tooHigh: """
          Steps shrink to 1 − dampening of what they were: the same rate learns much more \
          slowly.
          """,
        typical: "0 in PyTorch; as much as the momentum makes steps a mean of gradients.",
        example: #""momentum": 0.9, "dampening": 0.1"#)),
    .boolean(
      "nesterov", \.nesterov, help: "Whether the gradient looks ahead along the momentum.",
      guidance: .choice(
        """
        true beside any momentum costs nothing and damps its swings; false to follow a \
        recipe with plain momentum.
        """,
        typical: """
          true in wide residual networks (Zagoruyko and Komodakis 2016); false by default in \
          PyTorch and Keras.
          """,
        example: #""momentum": 0.9, "nesterov": true"#)),
    .weightDecay(
      \.weightDecay,
      typical: """
        0.0001 to 0.0005 for convolutional networks (He et al. 2016; Krizhevsky, Sutskever, \
        Hinton 2012).
        """, example: #""weight_decay": 5e-4"#),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    for (name, isSet) in [("nesterov", nesterov), ("dampening", dampening > 0)]
    where isSet && momentum == 0 {
      reading.report(
        code: "contradiction", "'\(name)' has no effect without 'momentum'",
        at: json[name]?.location, help: "add \"momentum\": 0.9")
    }
    if nesterov, dampening > 0, momentum > 0 {
      reading.report(
        code: "contradiction", "Nesterov momentum takes no 'dampening'",
        at: json["dampening"]?.location)
    }
  }

  package static let isLinearInDecay = true
  package var stateCount: Int { momentum > 0 ? 1 : 0 }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
    let rate = Float(learningRate)
    let decay = Float(weightDecay)
    let momentum = Float(self.momentum)
    let (parameters, gradients) = (range.parameters, range.gradients)
    guard momentum > 0 else {
      for index in 0..<range.count {
        parameters[index] -= rate * (gradients[index] + decay * parameters[index])
      }
      return
    }
    let velocities = range.state(0)
    let looksAhead = nesterov
    let taken = step == 1 ? 1 : Float(1 - dampening)
    for index in 0..<range.count {
      let gradient = gradients[index] + decay * parameters[index]
      let velocity = momentum * velocities[index] + taken * gradient
      velocities[index] = velocity
      let move = looksAhead ? gradient + momentum * velocity : velocity
      parameters[index] -= rate * move
    }
  }
}
