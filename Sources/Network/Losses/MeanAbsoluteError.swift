import Configuration
import Numerics

/// `|o − t|`; with several outputs their mean.
package struct MeanAbsoluteError: Loss {
  package static let type = "mae"
  package static let summary = "Mean absolute error, for numbers; outliers pull less than with mse."
  package static let synonyms = ["mean_absolute_error", "l1", "l1_loss"]
  package static let task = LearningTask.regression
  package static let link = Link.identity
  package static let allowsScaledTargets = true

  package init() {}

  package static let keys: [Key<Self>] = []

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try numbers(target)
  }

  /// ∂L/∂oⱼ = sign(oⱼ − tⱼ) / count
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let share = 1 / Float(count)
    var sum: Float = 0
    for index in 0..<count {
      let difference = outputs[index] - target[index]
      sum += abs(difference)
      let sign: Float = difference > 0 ? 1 : difference < 0 ? -1 : 0
      gradient?[index] = sign * (scale * share)
    }
    return sum * share
  }
}
