import Configuration
import Numerics

/// `|o − t|`; with several outputs their mean.
package struct MeanAbsoluteError: ElementwiseLoss {
  package static let type = "mae"
  package static let summary = "Mean absolute error, for numbers; outliers pull less than with mse."
  package static let guidance = Guidance.choice(
    """
    Numbers with outliers, or where the median is wanted. Its gradients do not shrink \
    near the target, so let the learning rate fall.
    """,
    typical: "Prices, forecasts judged by their mean absolute error.",
    example: #""loss": "mae""#)
  package static let synonyms = ["mean_absolute_error", "l1", "l1_loss"]
  package static let task = LearningTask.regression
  package static let link = Link.identity
  package static let allowsScaledTargets = true

  package init() {}

  package static let keys: [Key<Self>] = []

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try numbers(target)
  }

  /// dL/do = sign(o − t)
  package func element(_ output: Float, _ target: Float) -> (loss: Float, slope: Float) {
    let difference = output - target
    return (abs(difference), difference > 0 ? 1 : difference < 0 ? -1 : 0)
  }
}
