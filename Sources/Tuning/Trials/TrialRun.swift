import Configuration
import Numerics
import Search
import Training

/// One trial: the runs of a point, from their beginning to their end.
struct TrialRun {
  let plan: TuningPlan
  let pool: ThreadPool
  /// Asked at the end of each epoch, with the figures so far; smaller is better.
  let isHopeless: @Sendable ([Double]) -> Bool
  let shouldStop: @Sendable () -> Bool

  func run(_ point: Point) -> TrialResult {
    let start = ContinuousClock.now
    var curve: [Double] = []
    var iterations = 0
    var runs: [[Double]] = []
    var adapted: [JSONMember] = []
    func result(_ end: TrialResult.End, deviations: [Double]? = nil) -> TrialResult {
      TrialResult(
        end: end, curve: curve, deviations: deviations, iterations: iterations,
        adapted: adapted, seconds: (ContinuousClock.now - start) / .seconds(1))
    }
    for (index, repetition) in plan.planner.repetitions.enumerated() {
      do {
        let (run, sets) = try plan.planner.plan(point, repetition)
        let loop = try TrainingLoop(run, sets: sets, pool: pool)
        var observer = TrainingLoop.Observer()
        observer.shouldStop = shouldStop
        if index == 0, plan.objectives.count == 1 {
          observer.epoch = { [objective = plan.objectives[0]] epoch in
            guard let value = objective.value(of: epoch) else { return }
            curve.append(value)
            // An epoch whose figure is undefined says nothing for or against the trial; a loss that is none does.
            guard objective.isLoss || !value.isNaN else { return }
            if isHopeless(curve.map(objective.cost)) { throw Pruned() }
          }
        }
        let outcome = try {
          // However it ends.
          defer {
            iterations += loop.iterations
            if index == 0 { adapted = loop.adapted }
          }
          return try loop.run(observer)
        }()
        if outcome.reason == .interrupted { return result(.stopped) }
        if let divergence = outcome.divergence {
          return result(failed(.failed(divergence.diagnostic().message), point, repetition))
        }
        let values = plan.objectives.map { $0.value(of: outcome, run) }
        guard values.allSatisfy({ !$0.isNaN }) else {
          let absence = plan.objectives.compactMap { $0.absence(in: run) }.first
          let undefined = zip(plan.objectives, values).first { $0.1.isNaN }?.0
          let end = absence.map { TrialResult.End.failed($0) } ?? .undefined(undefined, in: run)
          return result(failed(end, point, repetition))
        }
        runs.append(values)
      } catch is Pruned {
        return result(.pruned)
      } catch {
        return result(failed(.init(failure: error), point, repetition))
      }
    }
    let means = plan.objectives.indices.map { index in Self.mean(runs.map { $0[index] }) }
    let deviations = plan.objectives.indices.map { index in
      Self.deviation(runs.map { $0[index] }, mean: means[index])
    }
    return result(.complete(means), deviations: runs.count > 1 ? deviations : nil)
  }

  private struct Pruned: Error {}

  /// A failure with the run of the trial that it is of, where the trial has several.
  private func failed(
    _ end: TrialResult.End, _ point: Point, _ repetition: TrialPlanner.Repetition
  ) -> TrialResult.End {
    guard case .failed(let reason?) = end else { return end }
    var places: [String] = []
    if let folds = plan.config.folds { places.append("fold \(repetition.fold + 1) of \(folds)") }
    if plan.config.seeds > 1 {
      places.append("seed \(plan.seed(of: point) + repetition.seed)")
    }
    return places.isEmpty ? end : .failed("\(places.joined(separator: ", ")): \(reason)")
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// Of the sample, with one less than its number below the fraction.
  private static func deviation(_ values: [Double], mean: Double) -> Double {
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(max(1, values.count - 1))).squareRoot()
  }
}
