extension [StudyTrial] {
  /// The complete and feasible trial with the best value of the first objective, the earlier of equal ones, as
  /// Optuna's `best_trial`.
  package func best(_ direction: Direction) -> StudyTrial? {
    var best: StudyTrial?
    var bestValue = Double.nan
    for trial in self where trial.state == .complete && trial.isFeasible {
      guard let value = trial.values.first else { continue }
      if best == nil || direction.isBetter(value, than: bestValue) {
        best = trial
        bestValue = value
      }
    }
    return best
  }

  /// The complete and feasible trials that no other one beats, by number, as Optuna's `best_trials`: none is at
  /// least as good in all objectives and better in one. Of trials with equal values all are there.
  package func front(_ directions: [Direction]) -> [StudyTrial] {
    let candidates = filter {
      $0.state == .complete && $0.isFeasible && $0.values.count == directions.count
    }
    // Smaller is better in all objectives.
    let losses = candidates.map { trial in
      zip(trial.values, directions).map { $1 == .minimize ? $0 : -$0 }
    }
    // In this order nothing that comes later beats what came before, and who is beaten at all is beaten by one of
    // the front.
    let order = losses.indices.sorted { losses[$0].lexicographicallyPrecedes(losses[$1]) }
    var front: [Int] = []
    for index in order {
      let isBeaten = front.contains { other in
        losses[other] != losses[index] && zip(losses[other], losses[index]).allSatisfy { $0 <= $1 }
      }
      if !isBeaten { front.append(index) }
    }
    return front.sorted().map { candidates[$0] }
  }
}
