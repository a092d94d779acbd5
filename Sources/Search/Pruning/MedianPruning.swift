import Configuration

/// Ends a trial whose best figure so far is worse than the median of the others at the same epoch (Golovin et
/// al., Google Vizier, KDD 2017).
package struct MedianPruning: Pruner {
  package static let type = "median"
  package static let summary = "Ends what is worse than half of the trials at the same epoch."
  package static let synonyms = ["median_stopping", "median_pruner"]
  package static let guidance = Guidance.choice(
    "Careful: it ends the worse half only, at any epoch. Where little is known of the curves.",
    typical: "The defaults.", example: #""pruning": "median""#)

  package var startupTrials = 5
  package var warmupEpochs = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "startup_trials", \.startupTrials, in: .between(1, 1_000_000), unit: "trials",
      synonyms: ["n_startup_trials"], help: "So many trials are there before any is ended.",
      guidance: .amount(
        tooLow: "The median of two trials ends what only was unlucky.",
        tooHigh: "Most of the search goes by without any saving.", typical: "5.",
        example: #""startup_trials": 5"#)),
    .integer(
      "warmup_epochs", \.warmupEpochs, in: .between(0, 1_000_000_000), unit: "epochs",
      synonyms: ["n_warmup_steps"], help: "No trial ends within so many epochs.",
      guidance: .amount(
        tooLow: "Small rates and warm-ups lose, though they would have won.",
        tooHigh: "Hopeless trials go on for so long.",
        typical: "0; the epochs of the schedule's warm-up.", example: #""warmup_epochs": 3"#)),
  ]

  package var firstEnd: (key: String, epoch: Int) { ("warmup_epochs", warmupEpochs + 1) }

  package var trialNeed: TrialNeed? {
    TrialNeed(
      key: "startup_trials", count: startupTrials, .known, otherwise: "no trial is ever ended")
  }

  package func isHopeless(trial: Int, curve: [Double], others: [PastTrial]) -> Bool {
    let epoch = curve.count
    guard epoch > warmupEpochs, let best = curve.min() else { return false }
    let rivals = others.compactMap { $0.curve.count >= epoch ? $0.curve[epoch - 1] : nil }.sorted()
    guard others.count >= startupTrials, !rivals.isEmpty else { return false }
    let middle = rivals.count / 2
    let median =
      rivals.count % 2 == 1 ? rivals[middle] : (rivals[middle - 1] + rivals[middle]) / 2
    return best > median
  }
}
