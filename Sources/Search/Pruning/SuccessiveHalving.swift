import Configuration

/// Lets a fraction of the trials go on at each of some epochs that grow by a factor (Li et al., A System for
/// Massively Parallel Hyperparameter Tuning, MLSys 2020): the asynchronous form, in which a trial is compared
/// with those that came so far before it, and goes on at once where it is.
package struct SuccessiveHalving: Pruner {
  package static let type = "successive_halving"
  package static let summary = "Lets a third of the trials go on at the epochs 1, 3, 9 and so on."
  package static let synonyms = ["asha", "sha", "halving"]
  package static let guidance = Guidance.choice(
    "The most for the time, where an early epoch says something of the last.",
    typical: "The defaults; min_epochs at which curves have sorted themselves.",
    example: #""pruning": {"type": "successive_halving", "min_epochs": 2}"#)

  package var minEpochs = 1
  package var reductionFactor = 3

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "min_epochs", \.minEpochs, in: .between(1, 1_000_000_000), unit: "epochs",
      synonyms: ["min_resource", "grace_period", "min_budget"],
      help: "The first comparison is at the end of so many epochs.",
      guidance: .amount(
        tooLow: "What starts slowly is ended, as small rates and deep networks.",
        tooHigh: "Each trial costs as much at least.", typical: "1; a tenth of the epochs.",
        example: #""min_epochs": 2"#)),
    .reductionFactor(\.reductionFactor),
  ]

  package var firstEnd: (key: String, epoch: Int) { ("min_epochs", minEpochs) }

  package func isHopeless(trial: Int, curve: [Double], others: [PastTrial]) -> Bool {
    let epoch = curve.count
    guard isRung(epoch), let value = curve.last else { return false }
    let rivals = others.compactMap { $0.curve.count >= epoch ? $0.curve[epoch - 1] : nil }
    let better = rivals.count { $0 < value }
    // Of n trials that came so far, this one among them, the best ⌊n / η⌋ go on, and one at least.
    return better >= max(1, (rivals.count + 1) / reductionFactor)
  }

  /// Whether an epoch is the first one, or that times a power of the factor.
  private func isRung(_ epoch: Int) -> Bool {
    var rung = minEpochs
    while rung < epoch {
      let (next, overflow) = rung.multipliedReportingOverflow(by: reductionFactor)
      if overflow { return false }
      rung = next
    }
    return rung == epoch
  }
}

extension Key {
  static func reductionFactor(_ property: WritableKeyPath<Root, Int> & Sendable) -> Key {
    .integer(
      "reduction_factor", property, in: .between(2, 1000), synonyms: ["eta"],
      help: "One in so many goes on, to so many times the epochs.",
      guidance: .amount(
        tooLow: "At 2 much is trained that will not win.",
        tooHigh: "One early comparison decides nearly everything.",
        typical: "3 (Li et al. 2018); 4 in Optuna.", example: #""reduction_factor": 4"#))
  }
}
