import Configuration
import Glibc
import Numerics

/// `−t ln σ(o) − (1 − t) ln(1 − σ(o))`, from the outputs before the sigmoid; with several outputs
/// their mean.
package struct BinaryCrossEntropy: Loss {
  package static let type = "binary_cross_entropy"
  package static let summary =
    "For two classes, or several independent yes/no targets; includes the sigmoid."
  package static let synonyms = ["binary_crossentropy", "bce", "bce_with_logits", "logistic"]
  package static let task = LearningTask.classification
  package static let link = Link.sigmoid
  package static let allowsScaledTargets = false

  package init() {}

  package static let keys: [Key<Self>] = []

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    try yesNoOutputs(target)
  }

  /// L = max(o, 0) − o·t + ln(1 + e^−|o|), ∂L/∂o = σ(o) − t
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let share = 1 / Float(count)
    var sum: Float = 0
    for index in 0..<count {
      let output = outputs[index]
      sum += max(output, 0) - output * target[index] + log1pf(exponential(-abs(output)))
      gradient?[index] = (logistic(output) - target[index]) * (scale * share)
    }
    return sum * share
  }
}
