import Configuration
import Numerics

/// `max(0, 1 − y·o)` with y = ±1 for the two classes (support vector machine; Cortes and Vapnik 1995), or
/// its square; with several yes/no targets their mean. The probabilities of predictions are the
/// logistic function of the output, which is a score and not calibrated.
package struct Hinge: Loss {
  package static let type = "hinge"
  package static let summary = "For two classes, as a support vector machine."
  package static let synonyms = ["svm", "squared_hinge"]
  package static let task = LearningTask.classification
  package static let link = Link.sigmoid
  package static let allowsScaledTargets = false

  package var squared = false

  package init() {}

  package static let keys: [Key<Self>] = [
    .boolean("squared", \.squared, help: "Whether the loss is squared.")
  ]

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try yesNoOutputs(target)
  }

  /// ∂L/∂o = −y for y·o < 1, squared −2y·(1 − y·o)
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let share = 1 / Float(count)
    var sum: Float = 0
    for index in 0..<count {
      let sign = 2 * target[index] - 1
      let gap = 1 - sign * outputs[index]
      // A NaN stays one, so that divergence is seen.
      let violation = gap < 0 ? 0 : gap
      sum += squared ? violation * violation : violation
      let slope: Float = squared ? 2 * violation : violation > 0 ? 1 : 0
      gradient?[index] = -sign * slope * (scale * share)
    }
    return sum * share
  }
}
