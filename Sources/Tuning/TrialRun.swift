import Configuration
import Numerics
import Search
import Training

/// One trial: the runs of a point, and what came out of them.
struct TrialRun {
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
  }

  struct Result: Sendable {
    let end: End
    /// The first objective at the end of each epoch of the first run.
    let curve: [Double]
    /// Of the values of several runs, one for each objective; `nil` for one run.
    let deviations: [Double]?
    let iterations: Int
    let seconds: Double
  }

  let plan: TuningPlan
  let pool: ThreadPool
  /// Asked at the end of each epoch, with the figures so far; smaller is better.
  let isHopeless: @Sendable ([Double]) -> Bool
  let shouldStop: @Sendable () -> Bool

  func run(_ point: Point) -> Result {
    let start = ContinuousClock.now
    var curve: [Double] = []
    var iterations = 0
    var runs: [[Double]] = []
    func result(_ end: End, deviations: [Double]? = nil) -> Result {
      Result(
        end: end, curve: curve, deviations: deviations, iterations: iterations,
        seconds: (ContinuousClock.now - start) / .seconds(1))
    }
    for repetition in 0..<plan.config.seeds {
      do {
        let (run, sets) = try plan.planner.plan(point, repetition: repetition)
        let loop = try TrainingLoop(run, sets: sets, pool: pool)
        var observer = TrainingLoop.Observer()
        observer.shouldStop = shouldStop
        if repetition == 0, plan.objectives.count == 1 {
          observer.epoch = { [objective = plan.objectives[0]] epoch in
            guard let value = objective.value(of: epoch) else { return }
            curve.append(value)
            if isHopeless(curve.map(objective.cost)) { throw Pruned() }
          }
        }
        let outcome = try {
          // However it ends.
          defer { iterations += loop.iterations }
          return try loop.run(observer)
        }()
        if outcome.reason == .interrupted { return result(.stopped) }
        if let divergence = outcome.divergence { return result(.failed([divergence.diagnostic()])) }
        let values = plan.objectives.map { $0.value(of: outcome, run) }
        guard values.allSatisfy({ !$0.isNaN }) else { return result(.failed([Self.undefined])) }
        runs.append(values)
      } catch is Pruned {
        return result(.pruned)
      } catch {
        return result(
          .failed(
            (error as? Failure)?.diagnostics
              ?? [Diagnostic(.error, .data, code: "unexpected", "\(error)")]))
      }
    }
    let means = plan.objectives.indices.map { index in Self.mean(runs.map { $0[index] }) }
    let deviations = plan.objectives.indices.map { index in
      Self.deviation(runs.map { $0[index] }, mean: means[index])
    }
    return result(.complete(means), deviations: runs.count > 1 ? deviations : nil)
  }

  private struct Pruned: Error {}

  private static let undefined = Diagnostic(
    .error, .data, code: "objective", "the objective is not a number for this trial")

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// Of the sample, with one less than its number below the fraction.
  private static func deviation(_ values: [Double], mean: Double) -> Double {
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(max(1, values.count - 1))).squareRoot()
  }
}
