import Configuration

/// How the next point to try is found.
///
/// A pure function of the seed, the number of the trial and what is known: a study that was interrupted, or
/// that another program began, goes on as if nothing had happened, and nothing but trials has to be kept.
package protocol SearchAlgorithm: GuidedVariant {
  /// Whether the results of trials change what is proposed.
  static var isAdaptive: Bool { get }

  /// From how many trials on it is what it is called; `nil` where it always is.
  var trialNeed: TrialNeed? { get }

  func propose(_ query: Query) -> Point
}

extension SearchAlgorithm {
  package var trialNeed: TrialNeed? { nil }
}

/// What an algorithm knows when it proposes a trial.
package struct Query: Sendable {
  package let space: SearchSpace
  package let seed: UInt64
  /// The number of the trial to propose, from 0.
  package let number: Int
  /// How many trials there will be, where that is known.
  package let trialCount: Int?
  /// What ended, by number.
  package let observations: [Observation]
  /// What is being tried, by number.
  package let pending: [Point]
  /// Where a search that goes on from somewhere begins.
  package let start: Point?

  package init(
    space: SearchSpace, seed: UInt64, number: Int, trialCount: Int? = nil,
    observations: [Observation], pending: [Point] = [], start: Point? = nil
  ) {
    self.space = space
    self.seed = seed
    self.number = number
    self.trialCount = trialCount
    self.observations = observations
    self.pending = pending
    self.start = start
  }
}

/// A trial that ended.
package struct Observation: Sendable {
  package let number: Int
  package let point: Point
  /// One for each objective, the smaller the better; infinite for a trial that failed.
  package let values: [Double]

  package init(number: Int, point: Point, values: [Double]) {
    self.number = number
    self.point = point
    self.values = values
  }
}
