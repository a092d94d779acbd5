import Search

/// The trials that a search was for.
package enum BestTrials {
  /// The best one, of equal ones the first, as Optuna's `best_trial`; of several objectives those that no other is
  /// better than in one and as good as in all, by number, as its `best_trials`.
  ///
  /// - Parameter records: by number; only those that are complete and break no constraint count.
  package static func of(_ records: [TrialRecord], isMaximized: [Bool]) -> [TrialRecord] {
    let complete = records.filter {
      $0.state == .complete && $0.isFeasible && $0.values.count == isMaximized.count
    }
    let costs = complete.map { zip($0.values, isMaximized).map { $1 ? -$0 : $0 } }
    let front = ParetoFront.indices(of: costs)
    // A front keeps equal ones all.
    return isMaximized.count == 1
      ? front.prefix(1).map { complete[$0] } : front.map { complete[$0] }
  }
}
