import Configuration

/// Successive halving in several brackets, each of which begins to compare later than the one before it, so that no
/// early epoch decides about everything (Li et al., Hyperband, JMLR 2018).
package struct Hyperband: Pruner {
  package static let type = "hyperband"
  package static let summary = "Successive halving that begins at epoch 1, 3 or 9, by turns."
  package static let guidance = Guidance.choice(
    "As successive_halving, where it is unknown how early the end of a curve shows.",
    typical: "The defaults.", example: #""pruning": "hyperband""#)

  package var minEpochs = 1
  package var reductionFactor = 3
  package var brackets = 3

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "min_epochs", \.minEpochs, in: .between(1, 1_000_000_000), unit: "epochs",
      synonyms: ["min_resource", "grace_period"],
      help: "The first comparison of the first bracket is at the end of so many epochs.",
      guidance: .amount(
        tooLow: "The first bracket ends what starts slowly.",
        tooHigh: "Each trial costs as much at least.", typical: "1.",
        example: #""min_epochs": 1"#)),
    .reductionFactor(\.reductionFactor),
    .integer(
      "brackets", \.brackets, in: .between(1, 20),
      help: "How many brackets there are; each begins so many times later.",
      guidance: .amount(
        tooLow: "With 1 it is successive_halving.",
        tooHigh: "The last brackets end nothing within the epochs that there are.",
        typical: "3; the logarithm of the epochs to the reduction factor.",
        example: #""brackets": 3"#)),
  ]

  package var firstEnd: (key: String, epoch: Int) { ("min_epochs", minEpochs) }

  package func isHopeless(trial: Int, curve: [Double], others: [PastTrial]) -> Bool {
    let bracket = bracket(of: trial)
    var halving = SuccessiveHalving()
    halving.reductionFactor = reductionFactor
    halving.minEpochs = (0..<bracket).reduce(minEpochs) { epochs, _ in
      let (next, overflow) = epochs.multipliedReportingOverflow(by: reductionFactor)
      return overflow ? .max : next
    }
    return halving.isHopeless(
      trial: trial, curve: curve, others: others.filter { self.bracket(of: $0.number) == bracket })
  }

  /// The first bracket gets the most trials, since each of them costs the least: of k brackets, bracket s in
  /// turn gets k − s of k (k + 1) / 2.
  private func bracket(of trial: Int) -> Int {
    var place = trial % (brackets * (brackets + 1) / 2)
    for bracket in 0..<brackets {
      if place < brackets - bracket { return bracket }
      place -= brackets - bracket
    }
    return 0
  }
}
