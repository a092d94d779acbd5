import Configuration
import Numerics

/// `max(0, 1 − y·o)` with y = ±1 for the two classes (support vector machine; Cortes and Vapnik 1995), or
/// its square; with several yes/no targets their mean. Of several classes the sum over the outputs, each of which is one
/// class against the rest, or `max(0, 1 + maxⱼ oⱼ − o)` over the others (Crammer and Singer, JMLR 2001). The
/// probabilities of predictions are the logistic function of the output, which is a score and not calibrated.
package struct Hinge: ClassWeightedLoss {
  /// What becomes of more than two classes.
  package enum MultiClass: String, CaseIterable, Sendable {
    case oneVsRest = "one_vs_rest"
    case crammerSinger = "crammer_singer"
  }

  package static let type = "hinge"
  package static let summary = "For classes, as a support vector machine."
  package static let guidance = Guidance.choice(
    """
    Classes where only the side of the margin counts, as in a linear support vector \
    machine. Its probabilities mean little; where they count: binary_cross_entropy, or \
    cross_entropy for several classes.
    """,
    typical: "One dense layer, squared, with l2.",
    example: #""loss": {"type": "hinge", "squared": true}"#)
  package static let synonyms = ["svm", "squared_hinge"]
  package static let task = LearningTask.classification
  package static let link = Link.sigmoid
  package static let allowsScaledTargets = false

  package var squared = false
  package var multiClass = MultiClass.oneVsRest
  package var classWeights: ClassWeights?
  package var weights: [Float] = []
  /// Whether there is an output for each class, and a target is the index of one.
  private var hasOutputForEach = false

  package init() {}

  package static let keys: [Key<Self>] = [
    .boolean(
      "squared", \.squared, help: "Whether the loss is squared.",
      guidance: .choice(
        """
        true is smooth and converges well with gradients; false is the classical one, which \
        outliers move less.
        """,
        typical: "true in scikit-learn's LinearSVC, false in its SGDClassifier.",
        example: #""squared": true"#)),
    Key(
      "multi_class", \.multiClass, .choice, synonyms: ["multiclass", "strategy"],
      help:
        "Of more than two classes each against the rest, the sum over the classes; or the class against the nearest other one.",
      guidance: .choice(
        """
        one_vs_rest is as many machines of two classes that share the layers below; \
        crammer_singer only asks that the right class is ahead of all others, which is what \
        decides.
        """,
        typical: "one_vs_rest, as in scikit-learn's LinearSVC.",
        example: #""multi_class": "crammer_singer""#)),
    .classWeights,
  ]

  package func outputs(for target: TargetKind) throws(PlanError) -> Int {
    switch target {
    case .classIndex(count: 2) where multiClass == .oneVsRest: return 1
    case .classIndex(let count): return count
    case .values where multiClass == .crammerSinger:
      throw PlanError(
        key: "multi_class", code: "contradiction",
        "crammer_singer needs one of several classes, but the targets are yes/no numbers",
        help: "remove it")
    case .values(let count): return count
    }
  }

  package func resolved(classes: [String], counts: [Double]) -> any Loss {
    var loss = self
    loss.weights = classWeights?.resolved(classes: classes, counts: counts) ?? []
    loss.hasOutputForEach = classes.count > (multiClass == .oneVsRest ? 2 : 1)
    return loss
  }

  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    guard hasOutputForEach else {
      return mean(outputs, target, count: count, gradient: gradient, scale: scale)
    }
    let weight = weight(of: target)
    let label = Int(target[0])
    let loss =
      multiClass == .oneVsRest
      ? againstRest(outputs, label, count: count, gradient: gradient, scale: scale * weight)
      : againstNearest(outputs, label, count: count, gradient: gradient, scale: scale * weight)
    return loss * weight
  }

  private func mean(
    _ outputs: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let share = weight(of: target) / Float(count)
    var sum: Float = 0
    for index in 0..<count {
      let (loss, slope) = element(outputs[index], 2 * target[index] - 1)
      sum += loss
      gradient?[index] = slope * (scale * share)
    }
    return sum * share
  }

  private func againstRest(
    _ outputs: UnsafePointer<Float>, _ label: Int, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    var sum: Float = 0
    for index in 0..<count {
      let (loss, slope) = element(outputs[index], index == label ? 1 : -1)
      sum += loss
      gradient?[index] = slope * scale
    }
    return sum
  }

  private func againstNearest(
    _ outputs: UnsafePointer<Float>, _ label: Int, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    var nearest = label == 0 ? 1 : 0
    for index in 0..<count where index != label {
      // What is not a number is ahead of all, so that divergence is seen.
      if outputs[index] > outputs[nearest] || outputs[index].isNaN { nearest = index }
      if outputs[index].isNaN { break }
    }
    let (loss, slope) = element(outputs[label] - outputs[nearest], 1)
    if let gradient {
      for index in 0..<count { gradient[index] = 0 }
      gradient[label] = slope * scale
      gradient[nearest] = -slope * scale
    }
    return loss
  }

  /// dL/do = −y for y·o < 1, squared −2y·(1 − y·o)
  ///
  /// - Parameter sign: y.
  private func element(_ output: Float, _ sign: Float) -> (loss: Float, slope: Float) {
    let gap = 1 - sign * output
    // A NaN stays one, so that divergence is seen.
    let violation = gap < 0 ? 0 : gap
    if squared { return (violation * violation, -sign * 2 * violation) }
    return (violation, violation > 0 ? -sign : 0)
  }
}
