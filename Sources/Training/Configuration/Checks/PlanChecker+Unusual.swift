import Configuration
import Network

/// Amounts that are allowed, and so far from what is usual that a slip is likelier.
extension PlanChecker {
  /// Of a rate that is about the change of every parameter.
  private static let greatestStep = 1.0
  private static let leastRate = 1e-9
  private static let leastThreshold = 1e-4
  private static let leastCertainty = 0.5
  private static let mostPenalty = 1.0

  func warnOfUnusualValues(loss: any Loss) {
    warnOfRate()
    let path = ConfigPath.root.key("training")
    let penalties = training.regularization
    for (key, value) in [("l1", penalties.l1), ("l2", penalties.l2)]
    where value > Self.mostPenalty && hasLossNearOne {
      warnOfUnusual(
        "an \(key) of \(JSONNumber(value).text) outweighs the loss, and draws the kernels to zero",
        at: path.key("regularization").key(key), help: "usual are 0.00001 to 0.01")
    }
    if let threshold = training.gradientClipping?.threshold, threshold < Self.leastThreshold {
      warnOfUnusual(
        "a threshold of \(JSONNumber(threshold).text) shortens every step to next to nothing",
        at: path.key("gradient_clipping").key("threshold"), help: "usual are 0.1 to 5")
    }
    let classes = Double(max(1, data.encoding.target.classes.count))
    if let smoothing = (loss as? CrossEntropy)?.labelSmoothing,
      1 - smoothing + smoothing / classes < Self.leastCertainty
    {
      warnOfUnusual(
        "with a label_smoothing of \(JSONNumber(smoothing).text) less than half of the target is the class of the example",
        at: path.key("loss").key("label_smoothing"), help: "usual are 0 to 0.1")
    }
  }

  /// Whether losses and parameters are of the size that usual amounts are for. A target that is not scaled has its own.
  private var hasLossNearOne: Bool { data.task == .classification }

  private func warnOfRate() {
    let (optimizer, path) = (
      training.optimizer, ConfigPath.root.key("training").key("optimizer").key("learning_rate")
    )
    let rate = optimizer.learningRate
    if type(of: optimizer).stepsByRate, rate >= Self.greatestStep, hasLossNearOne {
      warnOfUnusual(
        "\(type(of: optimizer).type) changes each parameter by about the learning rate in every step, and \(JSONNumber(rate).text) is more than most of them should ever be",
        at: path, help: "usual are 0.0001 to 0.01")
    } else if rate < Self.leastRate {
      warnOfUnusual(
        "a learning rate of \(JSONNumber(rate).text) changes next to nothing: single precision has seven digits",
        at: path, help: "usual are 0.0001 to 0.1")
    }
  }

  private func warnOfUnusual(_ message: String, at path: ConfigPath, help: String) {
    warn(UnusualValue.code, message, at: path, help: help)
  }
}

extension Optimizer {
  /// Whether a step is about as large as the rate, whatever the size of the gradients. Those of Adagrad become shorter.
  fileprivate static var stepsByRate: Bool {
    self != SGD.self && self != Adadelta.self && self != Adagrad.self
  }
}
