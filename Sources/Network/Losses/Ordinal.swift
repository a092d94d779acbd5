import Configuration
import Glibc
import Numerics

/// For classes in an order: output k says whether the class is beyond the k-th, given that it is not before it. With
/// pₖ = σ(oₖ) the probability of class c is (1 − p_c) · Π pₖ over all k before c, and the loss is −ln of it (a continuation
/// ratio model, Fienberg 1980; as CORN, Shi, Cao and Raschka 2021). Whatever the outputs are, a class that is further
/// on is never easier to be beyond.
package struct Ordinal: ClassWeightedLoss {
  package static let type = "ordinal"
  package static let summary = "For classes in an order, such as grades; includes the sigmoids."
  package static let guidance = Guidance.choice(
    """
    Classes that follow each other, where a near miss is better than a far one: grades, \
    stages, stars. Their order is that of their numbers, or given by order in \
    data.columns. Of classes without an order: cross_entropy.
    """,
    typical: "Ratings of three to ten steps.",
    example: #""loss": "ordinal""#)
  package static let synonyms = ["corn", "coral", "ordinal_regression", "cumulative_link"]
  package static let task = LearningTask.classification
  package static let link = Link.sequential
  package static let allowsScaledTargets = false

  package var classWeights: ClassWeights?
  package var weights: [Float] = []

  package init() {}

  package static let keys: [Key<Self>] = [.classWeights]

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    guard case .classIndex(let count) = target else {
      throw PlanError(
        code: "task", "ordinal needs classes, but the target is a number",
        help: "use \"mse\", or say \"task\": \"classification\" in data")
    }
    return count - 1
  }

  /// L = Σ ln(1 + e^−oₖ) over k < c, and ln(1 + e^o_c) for the class c unless it is the last;
  /// ∂L/∂oₖ = σ(oₖ) − [k < c] up to c
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let label = Int(target[0])
    let weight = weight(of: target)
    var sum: Float = 0
    for index in 0..<count {
      guard index <= label else {
        gradient?[index] = 0
        continue
      }
      let isBeyond: Float = index < label ? 1 : 0
      let output = outputs[index]
      sum += max(output, 0) - output * isBeyond + log1pf(exponential(-abs(output)))
      gradient?[index] = (logistic(output) - isBeyond) * (scale * weight)
    }
    return sum * weight
  }
}
