import Configuration
import Glibc
import Numerics

/// `−t ln σ(o) − (1 − t) ln(1 − σ(o))`, from the outputs before the sigmoid; with several outputs
/// their mean.
package struct BinaryCrossEntropy: ElementwiseLoss, ClassWeightedLoss {
  package static let type = "binary_cross_entropy"
  package static let summary =
    "For two classes, or several independent yes/no targets; includes the sigmoid."
  package static let guidance = Guidance.choice(
    """
    Yes or no by one output, or several labels that may hold at once. For one of three \
    classes or more: cross_entropy.
    """,
    typical: "Logistic regression, tagging.",
    example: #""loss": "binary_cross_entropy""#)
  package static let synonyms = [
    "binary_crossentropy", "bce", "bce_with_logits", "bce_loss", "bce_with_logits_loss", "logistic",
  ]
  package static let task = LearningTask.classification
  package static let link = Link.sigmoid
  package static let allowsScaledTargets = false

  package var classWeights: ClassWeights?
  package var weights: [Float] = []

  package init() {}

  package static let keys: [Key<Self>] = [.classWeights]

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try yesNoOutputs(target)
  }

  /// L = max(o, 0) − o·t + ln(1 + e^−|o|), dL/do = σ(o) − t
  package func element(_ output: Float, _ target: Float) -> (loss: Float, slope: Float) {
    (
      loss: max(output, 0) - output * target + log1pf(exponential(-abs(output))),
      slope: logistic(output) - target
    )
  }
}
