/// What came of the figure that a schedule monitors: as much as the epochs to come depend on, however many there were.
package struct Plateau: RunState, Sendable {
  /// Smaller values are better.
  private var best = Double.infinity
  /// Epochs without improvement that count.
  private var waited = 0
  /// Epochs to come that do not count.
  private var resting = 0
  /// The product of all reductions.
  package private(set) var share = 1.0

  package init() {}

  /// Takes in the figure of an epoch that ended; without one, nothing is known of it and nothing changes.
  package mutating func take(_ figure: MonitoredFigure, by schedule: ReduceOnPlateauSchedule) {
    guard case .value(let value) = figure else { return }
    if value < best - schedule.minimumDelta {
      best = value
      waited = 0
    } else {
      waited += 1
    }
    if resting > 0 {
      resting -= 1
      waited = 0
    }
    if waited > schedule.patience {
      share *= schedule.factor
      resting = schedule.cooldown
      waited = 0
    }
  }

  package mutating func exchange(_ archive: inout StateArchive) {
    archive.value("best", &best)
    archive.value("waited", &waited)
    archive.value("resting", &resting)
    archive.value("share", &share)
  }

  /// Whether the numbers may be those of a run of so many epochs.
  func isSound(after epochs: Int) -> Bool {
    (0...epochs).contains(waited) && resting >= 0 && share >= 0 && share <= 1
  }
}
