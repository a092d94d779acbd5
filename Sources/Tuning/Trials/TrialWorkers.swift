/// Those who run trials: threads of this process, or of several ranks.
///
/// One thread calls them.
package protocol TrialWorkers: AnyObject {
  /// How many trials run at once, at the most.
  var capacity: Int { get }

  /// Begins a trial.
  ///
  /// - Parameter shouldStop: asked while it trains, on any thread; once it says so, it says so for good.
  /// - Precondition: fewer than `capacity` run.
  func begin(_ task: TrialTask, shouldStop: @escaping @Sendable () -> Bool)

  /// Waits for trials that ended, though not for long.
  func takeEnded() -> [EndedTrial]
}

/// What came of a trial that was begun.
package struct EndedTrial: Sendable {
  /// How many trials were begun before it.
  package let place: Int
  package let result: TrialResult

  package init(place: Int, result: TrialResult) {
    self.place = place
    self.result = result
  }
}
