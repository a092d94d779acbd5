import Configuration
import Numerics

/// `(o − t)²`; with several outputs their mean.
package struct MeanSquaredError: Loss {
  package static let type = "mse"
  package static let summary = "Mean squared error, for numbers."
  package static let synonyms = ["mean_squared_error", "l2", "squared_error", "l2_loss"]
  package static let task = LearningTask.regression
  package static let link = Link.identity
  package static let allowsScaledTargets = true

  package init() {}

  package static let keys: [Key<Self>] = []

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try numbers(target)
  }

  /// ∂L/∂oⱼ = 2 (oⱼ − tⱼ) / count
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let share = 1 / Float(count)
    var sum: Float = 0
    for index in 0..<count {
      let difference = outputs[index] - target[index]
      sum += difference * difference
      gradient?[index] = 2 * difference * (scale * share)
    }
    return sum * share
  }
}
