import Numerics
import Search
import Training

/// Everything that decides what comes of a trial, beside the plan: the values to train with, and what is known of other
/// trials. Whoever runs it, with however many threads, comes to the same result.
package struct TrialTask: Sendable, Equatable {
  /// The trial whose parameters a member of a population takes.
  package struct Parent: Sendable, Equatable {
    let number: Int
    let curve: [Double]

    package init(number: Int, curve: [Double]) {
      self.number = number
      self.curve = curve
    }
  }

  /// How many trials were begun before.
  let place: Int
  let number: Int
  let point: Point
  /// `nil`: it begins with new parameters.
  let parent: Parent?
  /// What it is compared with to be pruned; smaller is better.
  let others: [PastTrial]

  package init(place: Int, number: Int, point: Point, parent: Parent?, others: [PastTrial]) {
    self.place = place
    self.number = number
    self.point = point
    self.parent = parent
    self.others = others
  }

  /// Trains, and blocks until that is done.
  ///
  /// - Parameter states: where members of a population stand; `nil` for other algorithms.
  func run(
    _ plan: TuningPlan, _ states: MemberStates?, _ pool: ThreadPool,
    shouldStop: @escaping @Sendable () -> Bool
  ) -> TrialResult {
    if let generations = plan.generations, let states {
      return MemberRun(
        plan: plan, generations: generations, states: states, pool: pool, shouldStop: shouldStop
      ).run(self)
    }
    return TrialRun(plan: plan, pool: pool, isHopeless: isHopeless(plan), shouldStop: shouldStop)
      .run(point)
  }

  /// Whether the figures of the trial so far are hopeless beside those that it knows of.
  private func isHopeless(_ plan: TuningPlan) -> @Sendable ([Double]) -> Bool {
    guard let pruner = plan.config.pruning else { return { _ in false } }
    return { [number, others] in pruner.isHopeless(trial: number, curve: $0, others: others) }
  }
}
