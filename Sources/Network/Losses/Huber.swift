import Configuration
import Numerics

/// `½ d²` for |d| ≤ δ, else `δ · (|d| − ½ δ)`, with d = o − t (Huber 1964); with several outputs their mean.
package struct Huber: Loss {
  package static let type = "huber"
  package static let summary = "Squared near zero, absolute beyond delta."
  package static let synonyms = ["smooth_l1", "huber_loss"]
  package static let task = LearningTask.regression
  package static let link = Link.identity
  package static let allowsScaledTargets = true

  package var delta = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number("delta", \.delta, in: .above(0), help: "Where the square goes over into the line.")
  ]

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try numbers(target)
  }

  /// ∂L/∂oⱼ = clamp(d, −δ, δ) / count
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let delta = Float(self.delta)
    let share = 1 / Float(count)
    var sum: Float = 0
    for index in 0..<count {
      let difference = outputs[index] - target[index]
      let bounded = difference > delta ? delta : difference < -delta ? -delta : difference
      sum += bounded * (difference - 0.5 * bounded)
      gradient?[index] = bounded * (scale * share)
    }
    return sum * share
  }
}
