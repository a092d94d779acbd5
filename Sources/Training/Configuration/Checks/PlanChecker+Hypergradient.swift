import Configuration
import Network

/// Whether what is to be adapted can be.
extension PlanChecker {
  func checkHypergradient(of network: Network?) {
    guard let hypergradient = training.hypergradient else { return }
    let path = ConfigPath.root.key("training").key("hypergradient")
    if hypergradient.learningRate == nil, hypergradient.weightDecay == nil {
      report(
        "hypergradient", "there is nothing to adapt", at: path,
        help: #"say what and how far: "learning_rate_range": {"low": 0.00001, "high": 0.1}"#)
    }
    let optimizer = training.optimizer
    check(optimizer.learningRate, "learning_rate", in: hypergradient.learningRate, at: path)
    check(optimizer.weightDecay, "weight_decay", in: hypergradient.weightDecay, at: path)
    guard hypergradient.weightDecay != nil else { return }
    let decay = path.key("weight_decay_range")
    if !type(of: optimizer).isLinearInDecay {
      report(
        "hypergradient",
        "\(type(of: optimizer).type) divides its weight decay as it does gradients, so that it has no hypergradient",
        at: decay, help: "take adamw, sgd or lion, or leave it out")
    }
    if data.counts[.validation] == nil {
      report(
        "hypergradient", "the weight decay is adapted by the validation part, and there is none",
        at: decay, help: "hold one out: \"validation\": {\"fraction\": 0.2} in data")
    }
    if network?.isStateful == true {
      report(
        "hypergradient", "held-out examples would tear apart what a stateful layer goes on with",
        at: decay, help: "leave it out")
    }
  }

  private func check(
    _ value: Double, _ key: String, in range: AdaptedRange?, at path: ConfigPath
  ) {
    guard let range, range.fitted(value) != value else { return }
    let (low, high) = (JSONNumber(range.low ?? 0).text, JSONNumber(range.high ?? 0).text)
    report(
      "hypergradient",
      "'training.optimizer.\(key)' is \(JSONNumber(value).text), and is to be adapted from \(low) to \(high)",
      at: path.key(key + "_range"), help: "begin within the range")
  }
}
