import Configuration

/// When a trial ends early, because others did better at the same time.
///
/// A pure function of the trial and of trials that ended before it was proposed, so that it does not matter
/// which of several trials at once is ahead.
package protocol Pruner: GuidedVariant {
  /// Whether a trial is not worth going on with.
  ///
  /// - Parameters:
  ///   - trial: the number of the trial.
  ///   - curve: its figure at the end of each epoch so far, from the first one; smaller is better.
  ///   - others: the same of trials that ended, however they did.
  func isHopeless(trial: Int, curve: [Double], others: [PastTrial]) -> Bool

  /// The epoch with which the first trial may end, and the key that says so.
  var firstEnd: (key: String, epoch: Int) { get }

  /// From how many trials on any may end; `nil` where the second one may.
  var trialNeed: TrialNeed? { get }
}

extension Pruner {
  package var trialNeed: TrialNeed? { nil }
}

/// A trial that others are compared with.
package struct PastTrial: Sendable, Equatable {
  package let number: Int
  /// Its figure at the end of each epoch; smaller is better.
  package let curve: [Double]

  package init(number: Int, curve: [Double]) {
    self.number = number
    self.curve = curve
  }
}

/// Everything that `tuning.pruning` can name.
package enum Pruners {
  package static let catalog = Catalog<any Pruner>(
    kind: "pruning",
    [entry(SuccessiveHalving.self), entry(Hyperband.self), entry(MedianPruning.self)],
    describe: { $0 })

  private static func entry<Config: Pruner>(_ config: Config.Type) -> Catalog<any Pruner>.Entry {
    .init(config) { $0 }
  }
}
