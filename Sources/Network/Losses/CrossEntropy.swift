import Configuration
import Glibc
import Numerics

/// `−ln softmax(o)_c` for an example of class c, from the outputs before the softmax.
package struct CrossEntropy: Loss {
  package static let type = "cross_entropy"
  package static let summary = "For one of several classes; includes the softmax."
  package static let synonyms = [
    "categorical_cross_entropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
    "crossentropy", "softmax_cross_entropy", "log_loss", "nll", "nll_loss",
  ]
  package static let task = LearningTask.classification
  package static let link = Link.softmax
  package static let allowsScaledTargets = false

  package init() {}

  package static let keys: [Key<Self>] = []

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    guard case .classIndex(let count) = target else {
      throw PlanError(
        code: "task", "cross_entropy needs classes, but the target is a number",
        help: "use \"mse\", or say \"task\": \"classification\" in data")
    }
    return count
  }

  /// L = ln Σⱼ e^(oⱼ − m) + m − o_c with m = maxⱼ oⱼ, ∂L/∂oⱼ = softmax(o)ⱼ − [j = c]
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let label = Int(target[0])
    var largest = outputs[0]
    for index in 1..<count { largest = max(largest, outputs[index]) }
    var sum: Float = 0
    if let gradient {
      for index in 0..<count {
        let power = exponential(outputs[index] - largest)
        gradient[index] = power
        sum += power
      }
      let factor = scale / sum
      for index in 0..<count { gradient[index] *= factor }
      gradient[label] -= scale
    } else {
      for index in 0..<count { sum += exponential(outputs[index] - largest) }
    }
    return logf(sum) + largest - outputs[label]
  }
}
