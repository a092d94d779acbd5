import Configuration

/// What came of a trial.
struct TrialResult: Sendable {
  /// How a trial ended.
  enum End: Sendable {
    /// With a value for each objective, as the user counts them.
    case complete([Double])
    /// Early; the value is that of its last epoch.
    case pruned
    /// It does not build, diverged, or has no such figure.
    case failed([Diagnostic])
    /// Before its end, by someone's wish; it begins anew one day.
    case stopped

    init(failure error: any Error) {
      self = .failed(
        (error as? Failure)?.diagnostics
          ?? [Diagnostic(.error, .data, code: "unexpected", "\(error)")])
    }

    /// The objective is not a number.
    static let undefined = End.failed([
      Diagnostic(.error, .data, code: "objective", "the objective is not a number for this trial")
    ])
  }

  let end: End
  /// The first objective at the end of each epoch of the first run.
  let curve: [Double]
  /// Of the values of several runs, one for each objective; `nil` for one run.
  var deviations: [Double]?
  let iterations: Int
  /// What was adapted while training, as the first run ended.
  var adapted: [JSONMember] = []
  let seconds: Double
}
