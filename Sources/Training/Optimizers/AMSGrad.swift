import Configuration
import Glibc
import Numerics

/// Adam that divides by the largest mean squared gradient so far (Reddi, Kale, Kumar, ICLR 2018), in the
/// form of PyTorch: `v̂ ← max(v̂, v)` takes the place of v.
package struct AMSGrad: Optimizer {
  package static let type = "amsgrad"
  package static let summary = "Adam that divides by the largest mean squared gradient so far."
  package static let guidance = Guidance.choice(
    """
    Where adam at a constant rate does not settle and its loss rises again late. It \
    keeps three arrays as large as the parameters, and is seldom better than adam with a \
    falling schedule.
    """,
    typical: "As adam: learning_rate 0.001.",
    example: #""optimizer": {"type": "amsgrad", "learning_rate": 0.001}"#)
  package static let synonyms = ["ams_grad"]

  package var learningRate = 0.001
  package var beta1 = 0.9
  package var beta2 = 0.999
  package var epsilon = 1e-8
  package var weightDecay = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .learningRate(
      typical:
        "0.001, as with adam; a little more does no harm, since steps never grow again.",
      example: #""learning_rate": 0.001"#),
    .beta1(\.beta1),
    .beta2(\.beta2),
    .epsilon(\.epsilon),
    .weightDecay(\.weightDecay),
  ]

  package var stateCount: Int { 3 }

  package func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  ) {
    let rate = Float(learningRate / (1 - pow(beta1, Double(step))))
    let rootFactor = Float(1 / (1 - pow(beta2, Double(step))).squareRoot())
    let (decay, epsilon) = (Float(weightDecay), Float(self.epsilon))
    let (keep1, take1) = (Float(beta1), Float(1 - beta1))
    let (keep2, take2) = (Float(beta2), Float(1 - beta2))
    let (parameters, gradients) = (range.parameters, range.gradients)
    let (means, squares, largest) = (range.state(0), range.state(1), range.state(2))
    for index in 0..<range.count {
      let gradient = gradients[index] + decay * parameters[index]
      let mean = keep1 * means[index] + take1 * gradient
      let square = keep2 * squares[index] + take2 * gradient * gradient
      let most = pointwiseMax(largest[index], square)
      means[index] = mean
      squares[index] = square
      largest[index] = most
      parameters[index] -= rate * mean / (squareRoots(most) * rootFactor + epsilon)
    }
  }
}
