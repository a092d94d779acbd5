import Configuration
import Glibc
import Numerics

/// `−Σⱼ qⱼ ln softmax(o)ⱼ` from the outputs before the softmax, for an example of class c. With label
/// smoothing ε (Szegedy et al., CVPR 2016) and class weights w the target is
/// qⱼ = w_c·(1 − ε)·[j = c] + wⱼ·ε / count, as in PyTorch; without them q_c = 1.
package struct CrossEntropy: ClassWeightedLoss {
  package static let type = "cross_entropy"
  package static let summary = "For one of several classes; includes the softmax."
  package static let guidance = Guidance.choice(
    """
    One of several classes, two included; every token of a text. Leave the softmax to \
    it: a softmax layer before it would flatten the gradients. Not for several labels at \
    once: binary_cross_entropy.
    """,
    typical: "Every classifier, from softmax regression to a GPT.",
    example: #""loss": "cross_entropy""#)
  package static let synonyms = [
    "categorical_cross_entropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
    "crossentropy", "softmax_cross_entropy", "log_loss", "logloss", "nll", "nll_loss",
    "cross_entropy_loss",
  ]
  package static let task = LearningTask.classification
  package static let link = Link.softmax
  package static let allowsScaledTargets = false

  package var labelSmoothing = 0.0
  package var classWeights: ClassWeights?
  package var weights: [Float] = []

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "label_smoothing", \.labelSmoothing, in: .from(0, below: 1),
      help: "Share of the target that is spread over all classes.",
      guidance: .amount(
        tooLow: """
          The network grows too sure: the validation loss rises while the accuracy still \
          holds.
          """,
        tooHigh: """
          Probabilities stay flat: the loss cannot fall below a high floor, and in the end the \
          accuracy falls too.
          """,
        typical: """
          0; 0.1 for images of many classes and for translation (Szegedy et al. 2016; Vaswani \
          et al. 2017).
          """,
        example: #""label_smoothing": 0.1"#)),
    .classWeights,
  ]

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    switch target {
    case .classIndex(let count): return count
    case .values(let count) where count > 1:
      throw PlanError(
        code: "task",
        "cross_entropy needs one class for each example, but the target is \(count) numbers",
        help:
          "if one of them is 1 and the others are 0 (one-hot), write the class into one column; for labels that may hold at once use \"binary_cross_entropy\", for numbers \"mse\""
      )
    case .values:
      throw PlanError(
        code: "task", "cross_entropy needs classes, but the target is a number",
        help: "use \"mse\", or say \"task\": \"classification\" in data")
    }
  }

  /// L = Q · ln Σⱼ e^(oⱼ − m) − Σⱼ qⱼ (oⱼ − m) with m = maxⱼ oⱼ and Q = Σⱼ qⱼ,
  /// ∂L/∂oⱼ = Q · softmax(o)ⱼ − qⱼ
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let label = Int(target[0])
    let smoothing = Float(labelSmoothing)
    let spread = smoothing / Float(count)
    let hit = weight(of: target) * (1 - smoothing)
    let (largest, sum) = exponentials(outputs, count: count, into: gradient)
    var total = hit
    var expected = hit * (outputs[label] - largest)
    if smoothing > 0 {
      for index in 0..<count {
        let part = spread * weight(of: index)
        total += part
        expected += part * (outputs[index] - largest)
      }
    }
    if let gradient {
      let factor = scale * total / sum
      for index in 0..<count { gradient[index] *= factor }
      gradient[label] -= scale * hit
      if smoothing > 0 {
        for index in 0..<count { gradient[index] -= scale * (spread * weight(of: index)) }
      }
    }
    return total * logf(sum) - expected
  }
}
