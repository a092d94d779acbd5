import Configuration
import Numerics

/// `max(0, 1 − y·o)` with y = ±1 for the two classes (support vector machine; Cortes and Vapnik 1995), or
/// its square; with several yes/no targets their mean. The probabilities of predictions are the
/// logistic function of the output, which is a score and not calibrated.
package struct Hinge: ElementwiseLoss, ClassWeightedLoss {
  package static let type = "hinge"
  package static let summary = "For two classes, as a support vector machine."
  package static let guidance = Guidance.choice(
    """
    Two classes where only the side of the margin counts, as in a linear support vector \
    machine. Its probabilities mean little; where they count: binary_cross_entropy.
    """,
    typical: "One dense layer, squared, with l2.",
    example: #""loss": {"type": "hinge", "squared": true}"#)
  package static let synonyms = ["svm", "squared_hinge"]
  package static let task = LearningTask.classification
  package static let link = Link.sigmoid
  package static let allowsScaledTargets = false

  package var squared = false
  package var classWeights: ClassWeights?
  package var weights: [Float] = []

  package init() {}

  package static let keys: [Key<Self>] = [
    .boolean(
      "squared", \.squared, help: "Whether the loss is squared.",
      guidance: .choice(
        """
        true is smooth and converges well with gradients; false is the classical one, which \
        outliers move less.
        """,
        typical: "true in scikit-learn's LinearSVC, false in its SGDClassifier.",
        example: #""squared": true"#)),
    .classWeights,
  ]

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try yesNoOutputs(target)
  }

  /// dL/do = −y for y·o < 1, squared −2y·(1 − y·o)
  package func element(_ output: Float, _ target: Float) -> (loss: Float, slope: Float) {
    let sign = 2 * target - 1
    let gap = 1 - sign * output
    // A NaN stays one, so that divergence is seen.
    let violation = gap < 0 ? 0 : gap
    if squared { return (violation * violation, -sign * 2 * violation) }
    return (violation, violation > 0 ? -sign : 0)
  }
}
