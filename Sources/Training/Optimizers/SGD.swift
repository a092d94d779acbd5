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
  package static let synonyms = ["momentum", "gradient_descent", "nesterov"]

  package var learningRate = 0.01
  package var momentum = 0.0
  package var dampening = 0.0
  package var nesterov = false
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate,
    .number(
      "momentum", \.momentum, in: .from(0, below: 1),
      help: "Fraction of the last step that the next one keeps."),
    .number(
      "dampening", \.dampening, in: .from(0, below: 1),
      help: "Share of the gradient that the momentum leaves out."),
    .boolean(
      "nesterov", \.nesterov, help: "Whether the gradient looks ahead along the momentum."),
    .weightDecay(\.weightDecay),
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

  package var stateCount: Int { momentum > 0 ? 1 : 0 }

  package func update(_ range: UpdateRange, step: Int, learningRate: Double) {
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
