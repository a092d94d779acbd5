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

  /// All trials, the best first: of one objective by value; of several the front, and then the other complete ones, each
  /// by number. Behind them stand those that were pruned, those that have not ended, and those that failed.
  package static func ranked(_ records: [TrialRecord], isMaximized: [Bool]) -> [TrialRecord] {
    let isOfOne = isMaximized.count == 1
    let front: Set<Int> =
      isOfOne ? [] : Set(of(records, isMaximized: isMaximized).map(\.number))
    let keyed = records.map { record in
      let value = isOfOne ? record.values.first ?? .nan : .nan
      let cost = value.isNaN ? .infinity : isMaximized.first == true ? -value : value
      let isBehind = !isOfOne && !front.contains(record.number)
      return (
        record: record, key: (group(of: record), isBehind ? 1 : 0, cost, record.number)
      )
    }
    return keyed.sorted { $0.key < $1.key }.map(\.record)
  }

  private static func group(of record: TrialRecord) -> Int {
    switch record.state {
    case .complete: 0
    case .pruned: 1
    case .running, .waiting: 2
    case .failed: 3
    }
  }
}
