import Configuration
import Numerics

/// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), in the form of PyTorch: the
/// parameters shrink by `η·λ` of themselves, whatever their gradients; then a step of Adam.
package struct AdamW: Optimizer {
  package static let type = "adamw"
  package static let summary = "Adam with decoupled weight decay."
  package static let guidance = Guidance.choice(
    """
    Transformers, and wherever adam overfits: the decay acts on all parameters alike, \
    whatever their gradients. Without decay it is adam.
    """,
    typical: "learning_rate 0.001 or less with warm-up and cosine, weight_decay 0.01 to 0.1.",
    example: #""optimizer": {"type": "adamw", "learning_rate": 0.001, "weight_decay": 0.1}"#)
  package static let synonyms = ["adam_w"]

  package var learningRate = 0.001
  package var beta1 = 0.9
  package var beta2 = 0.999
  package var epsilon = 1e-8
  package var weightDecay = 0.01

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical: """
        0.001 for small transformers, 0.0003 to 0.0006 for those as large as GPT-2, with \
        warm-up; 0.00002 to 0.00005 to go on from a trained model.
        """,
      example: #""learning_rate": 0.001"#),
    .beta1(\.beta1),
    .beta2(\.beta2),
    .epsilon(\.epsilon),
    .decoupledWeightDecay(
      \.weightDecay, typical: "0.01 in PyTorch; 0.05 to 0.1 for transformers (GPT-3: 0.1).",
      example: #""weight_decay": 0.1"#),
  ]

  package static let isLinearInDecay = true
  package var stateCount: Int { 2 }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
    let shrink = Float(1 - learningRate * weightDecay)
    let parameters = range.parameters
    for index in 0..<range.count { parameters[index] *= shrink }
    var adam = Adam()
    adam.beta1 = beta1
    adam.beta2 = beta2
    adam.epsilon = epsilon
    adam.update(range, step: step, learningRate: learningRate, weightDecay: 0)
  }
}
