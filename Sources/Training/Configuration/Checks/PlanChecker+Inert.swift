import Configuration
import Network

/// Settings that nothing else asks for.
extension PlanChecker {
  /// A checkpoint after every epoch of which none is kept.
  func warnOfCheckpoints() {
    let checkpoint = training.checkpoint
    guard checkpoint.keep == 0, checkpoint.everyEpochs != nil || checkpoint.everyIterations != nil
    else { return }
    warn(
      "inert", "no checkpoint is written, since none is kept",
      at: ConfigPath.root.key("training").key("checkpoint").key("keep"),
      help: "leave keep out, or what says how often")
  }

  /// Penalties that shall reach more than kernels, and are none.
  func warnOfPenalties(_ network: Network?) {
    guard let network else { return }
    let penalties = training.regularization
    let choices: [(key: String, isOn: Bool, role: NetworkPlan.Role, name: String)] = [
      ("biases", penalties.biases, .bias, "bias"),
      ("normalization", penalties.normalization, .normalization, "normalization"),
    ]
    for choice in choices where choice.isOn {
      let parameters = network.initializations.filter { $0.role == choice.role }
      let reached = parameters.map(penalties.penalty(on:)).contains { $0.l1 > 0 || $0.l2 > 0 }
      guard !reached else { continue }
      warn(
        "inert",
        parameters.isEmpty
          ? "the network has no \(choice.name) to penalize"
          : "there is no l1 or l2 to penalize with",
        at: ConfigPath.root.key("training").key("regularization").key(choice.key), help: nil)
    }
  }
}
