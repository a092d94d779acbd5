import Configuration
import Training

/// What came of a trial.
package struct TrialResult: Sendable {
  /// How a trial ended.
  package enum End: Sendable {
    /// With a value for each objective, as the user counts them.
    case complete([Double])
    /// Early; the value is that of its last epoch.
    case pruned
    /// It does not build, diverged, or has no such figure: what is said about that.
    case failed(String?)
    /// Before its end, by someone's wish; it begins anew one day.
    case stopped

    init(failure error: any Error) {
      self = .failed((error as? Failure).map { $0.diagnostics.first?.message } ?? "\(error)")
    }

    /// An objective is not a number in a run.
    static func undefined(_ objective: Objective?, in run: RunPlan) -> End {
      // A loss that is no number has no cause in the examples.
      guard let objective, !objective.isLoss else {
        return .failed("the objective is not a number for this trial")
      }
      return .failed(run.cause(ofUndefined: Monitor(name: objective.name)))
    }
  }

  package let end: End
  /// The first objective at the end of each epoch of the first run.
  package let curve: [Double]
  /// Of the values of several runs, one for each objective; `nil` for one run.
  package let deviations: [Double]?
  package let iterations: Int
  /// What was adapted while training, as the first run ended.
  package let adapted: [JSONMember]
  package let seconds: Double

  package init(
    end: End, curve: [Double], deviations: [Double]? = nil, iterations: Int,
    adapted: [JSONMember] = [], seconds: Double
  ) {
    self.end = end
    self.curve = curve
    self.deviations = deviations
    self.iterations = iterations
    self.adapted = adapted
    self.seconds = seconds
  }
}
