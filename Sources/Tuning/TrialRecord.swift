import Configuration
import Search

/// A trial as a study knows it.
package struct TrialRecord: Sendable {
  package enum State: String, Sendable {
    /// It was begun by a process that may be gone.
    case running
    case complete
    case pruned
    case failed = "fail"
    /// Somebody wants it tried.
    case waiting
  }

  package let number: Int
  package internal(set) var state: State
  /// `nil` if it lacks a hyperparameter of the space, or has one that the space does not know.
  package internal(set) var point: Point?
  /// One for each objective; of a pruned trial the last one of its curve.
  package internal(set) var values: [Double]
  /// The first objective at the end of each epoch.
  package internal(set) var curve: [Double]
  /// Why it failed.
  package internal(set) var diagnostic: String?
  package internal(set) var deviations: [Double]?
  package internal(set) var iterations: Int?
  /// What its hyperparameters were adapted to while training, by their keys in the optimizer.
  package internal(set) var adapted: [JSONMember] = []
  /// The number of the trial whose parameters it took; `nil` if it began with new ones.
  package internal(set) var parent: Int?
  /// Whether it breaks no constraint that another program gave it.
  package internal(set) var isFeasible = true

  package init(
    number: Int, state: State, point: Point? = nil, values: [Double] = [], curve: [Double] = [],
    isFeasible: Bool = true
  ) {
    self.number = number
    self.state = state
    self.point = point
    self.values = values
    self.curve = curve
    self.isFeasible = isFeasible
  }

  package var hasEnded: Bool { state != .running && state != .waiting }
}
