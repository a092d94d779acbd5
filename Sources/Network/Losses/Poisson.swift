import Configuration
import Glibc
import Numerics

/// `e^o − t·o`, the negative log-likelihood of a count but for a constant; the output is the logarithm of
/// the rate. With several outputs their mean.
package struct Poisson: ElementwiseLoss {
  package static let type = "poisson"
  package static let summary = "For counts; the output is the logarithm of the rate."
  package static let guidance = Guidance.choice(
    """
    Counts from 0 up, such as visits or claims, whose spread grows with their mean. Not \
    for numbers below 0, nor for ones without a natural zero.
    """,
    typical: "One dense layer is Poisson regression.",
    example: #""loss": "poisson""#)
  package static let synonyms = ["poisson_nll"]
  package static let task = LearningTask.regression
  package static let link = Link.exponential
  package static let allowsScaledTargets = false
  package static let allowsNegativeTargets = false

  package init() {}

  package static let keys: [Key<Self>] = []

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try numbers(target)
  }

  /// dL/do = e^o − t
  package func element(_ output: Float, _ target: Float) -> (loss: Float, slope: Float) {
    let rate = expf(output)
    return (rate - target * output, rate - target)
  }
}
