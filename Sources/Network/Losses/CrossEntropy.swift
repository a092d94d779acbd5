import Configuration
import Glibc
import Numerics

/// `−Σⱼ qⱼ ln softmax(o)ⱼ` from the outputs before the softmax, for an example of class c. The target
/// distribution is q_c = 1 without label smoothing ε (Szegedy et al., CVPR 2016), else
/// q = (1 − ε)·[j = c] + ε / count.
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

  package var labelSmoothing = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "label_smoothing", \.labelSmoothing, in: .from(0, below: 1),
      help: "Share of the target that is spread over all classes.")
  ]

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    guard case .classIndex(let count) = target else {
      throw PlanError(
        code: "task", "cross_entropy needs classes, but the target is a number",
        help: "use \"mse\", or say \"task\": \"classification\" in data")
    }
    return count
  }

  /// L = ln Σⱼ e^(oⱼ − m) + m − Σⱼ qⱼ oⱼ with m = maxⱼ oⱼ, ∂L/∂oⱼ = softmax(o)ⱼ − qⱼ
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let label = Int(target[0])
    let smoothing = Float(labelSmoothing)
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
      gradient[label] -= scale * (1 - smoothing)
      if smoothing > 0 {
        let share = scale * smoothing / Float(count)
        for index in 0..<count { gradient[index] -= share }
      }
    } else {
      for index in 0..<count { sum += exponential(outputs[index] - largest) }
    }
    var expected = (1 - smoothing) * outputs[label]
    if smoothing > 0 {
      var total: Float = 0
      for index in 0..<count { total += outputs[index] }
      expected += smoothing / Float(count) * total
    }
    return logf(sum) + largest - expected
  }
}
