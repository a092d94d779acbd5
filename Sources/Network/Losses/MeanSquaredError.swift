import Configuration
import Numerics

/// `(o − t)²`; with several outputs their mean.
package struct MeanSquaredError: ElementwiseLoss {
  package static let type = "mse"
  package static let summary = "Mean squared error, for numbers."
  package static let guidance = Guidance.choice(
    """
    Numbers with errors of about equal size; it predicts the mean. A few wild targets \
    rule it: then huber or mae.
    """,
    typical: "Nearly all regression, with standard scaling.",
    example: #""loss": "mse""#)
  package static let synonyms = [
    "mean_squared_error", "l2", "squared_error", "l2_loss", "mse_loss",
  ]
  package static let task = LearningTask.regression
  package static let link = Link.identity
  package static let allowsScaledTargets = true

  package init() {}

  package static let keys: [Key<Self>] = []

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try numbers(target)
  }

  /// dL/do = 2·(o − t)
  package func element(_ output: Float, _ target: Float) -> (loss: Float, slope: Float) {
    let difference = output - target
    return (difference * difference, 2 * difference)
  }
}
