import Configuration
import Numerics

/// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), in the form of PyTorch: the
/// parameters shrink by `η·λ` of themselves, whatever their gradients; then a step of Adam.
package struct AdamW: Optimizer {
  package static let type = "adamw"
  package static let summary = "Adam with decoupled weight decay."
  package static let synonyms = ["adam_w"]

  package var learningRate = 0.001
  package var beta1 = 0.9
  package var beta2 = 0.999
  package var epsilon = 1e-8
  package var weightDecay = 0.01

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate,
    .beta1(\.beta1),
    .beta2(\.beta2),
    .epsilon(\.epsilon),
    .decoupledWeightDecay(\.weightDecay),
  ]

  package var stateCount: Int { 2 }

  package func update(_ range: UpdateRange, step: Int, learningRate: Double) {
    let shrink = Float(1 - learningRate * weightDecay)
    let parameters = range.parameters
    for index in 0..<range.count { parameters[index] *= shrink }
    var adam = Adam()
    adam.beta1 = beta1
    adam.beta2 = beta2
    adam.epsilon = epsilon
    adam.update(range, step: step, learningRate: learningRate)
  }
}
