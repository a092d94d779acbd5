import Configuration
import Glibc
import Numerics

/// `e^o − t·o`, the negative log-likelihood of a count but for a constant; the output is the logarithm of
/// the rate. With several outputs their mean.
package struct Poisson: Loss {
  package static let type = "poisson"
  package static let summary = "For counts; the output is the logarithm of the rate."
  package static let synonyms = ["poisson_nll"]
  package static let task = LearningTask.regression
  package static let link = Link.exponential
  package static let allowsScaledTargets = false

  package init() {}

  package static let keys: [Key<Self>] = []

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try numbers(target)
  }

  /// ∂L/∂oⱼ = (e^oⱼ − tⱼ) / count
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let share = 1 / Float(count)
    var sum: Float = 0
    for index in 0..<count {
      let rate = expf(outputs[index])
      sum += rate - target[index] * outputs[index]
      gradient?[index] = (rate - target[index]) * (scale * share)
    }
    return sum * share
  }
}
