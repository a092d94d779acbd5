import Configuration
import Network

/// Amounts that are allowed, and so far from what is usual that a slip is likelier.
extension PlanChecker {
  /// Of a rate that is about the change of every parameter.
  private static let greatestStep = 1.0
  private static let leastRate = 1e-9
  private static let leastThreshold = 1e-4
  private static let mostSmoothing = 0.5

  func warnOfUnusualValues(loss: any Loss) {
    warnOfRate()
    let path = ConfigPath.root.key("training")
    let penalties = training.regularization
    for (key, value) in [("l1", penalties.l1), ("l2", penalties.l2)]
    where value > UnusualValue.mostPenalty {
      let (message, help) = UnusualValue.penalty(value, key)
      warnOfUnusual(message, at: path.key("regularization").key(key), help: help)
    }
    if let threshold = training.gradientClipping?.threshold, threshold < Self.leastThreshold {
      warnOfUnusual(
        "a threshold of \(JSONNumber(threshold).text) shortens every step to next to nothing",
        at: path.key("gradient_clipping").key("threshold"), help: "usual are 0.1 to 5")
    }
    if let smoothing = (loss as? CrossEntropy)?.labelSmoothing, smoothing > Self.mostSmoothing {
      warnOfUnusual(
        "with a label_smoothing of \(JSONNumber(smoothing).text) more of the target is noise than class",
        at: path.key("loss").key("label_smoothing"), help: "usual are 0 to 0.1")
    }
  }

  private func warnOfRate() {
    let (optimizer, path) = (
      training.optimizer, ConfigPath.root.key("training").key("optimizer").key("learning_rate")
    )
    let rate = optimizer.learningRate
    if type(of: optimizer).stepsByRate, rate >= Self.greatestStep {
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
  /// Whether a step is about as large as the rate, whatever the size of the gradients.
  fileprivate static var stepsByRate: Bool { self != SGD.self && self != Adadelta.self }
}
