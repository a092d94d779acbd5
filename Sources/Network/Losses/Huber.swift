import Configuration
import Numerics

/// `½ d²` for |d| ≤ δ, else `δ · (|d| − ½ δ)`, with d = o − t (Huber 1964); with several outputs their mean.
package struct Huber: ElementwiseLoss {
  package static let type = "huber"
  package static let summary = "Squared near zero, absolute beyond delta."
  package static let guidance = Guidance.choice(
    """
    Numbers with some outliers: the mean of most, without the pull of the few. The \
    middle between mse and mae.
    """,
    typical: "delta 1 with standard scaling.",
    example: #""loss": {"type": "huber", "delta": 1.0}"#)
  package static let synonyms = ["smooth_l1", "smooth_l1_loss", "huber_loss"]
  package static let task = LearningTask.regression
  package static let link = Link.identity
  package static let allowsScaledTargets = true

  package var delta = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "delta", \.delta, in: .above(0), help: "Where the square goes over into the line.",
      guidance: .amount(
        tooLow: """
          Nearly all errors count as outliers: it is mae, whose steps do not shrink near the \
          target.
          """,
        tooHigh: "No error counts as an outlier: it is mse, and a few wild targets rule the fit.",
        typical: """
          1, the standard deviation of a target with standard scaling; 1.345 deviations of the errors in robust statistics.
          """,
        example: #""delta": 1.0"#))
  ]

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try numbers(target)
  }

  /// dL/do = clamp(d, −δ, δ)
  package func element(_ output: Float, _ target: Float) -> (loss: Float, slope: Float) {
    let delta = Float(self.delta)
    let difference = output - target
    let bounded = difference > delta ? delta : difference < -delta ? -delta : difference
    return (bounded * (difference - 0.5 * bounded), bounded)
  }
}
