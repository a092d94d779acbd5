import Configuration
import Numerics
import Search
import Training

/// A trial of a population: a generation of one member, from where another trial stopped.
struct MemberRun {
  let plan: TuningPlan
  let generations: Generations
  let states: MemberStates
  let pool: ThreadPool
  let shouldStop: @Sendable () -> Bool

  func run(_ task: TrialTask) -> TrialResult {
    let start = ContinuousClock.now
    var curve = task.parent?.curve ?? []
    var (iterations, value) = (0, Double.nan)
    func result(_ end: TrialResult.End) -> TrialResult {
      TrialResult(
        end: end, curve: curve, iterations: iterations,
        seconds: (ContinuousClock.now - start) / .seconds(1))
    }
    do {
      let (run, sets) = try plan.planner.plan(
        task.point, .init(seed: generations.member(at: task.place)))
      let loop = try TrainingLoop(run, sets: sets, pool: pool)
      if let parent = task.parent { try states.restore(loop, ofTrial: parent.number) }
      let first = loop.iterations
      var observer = TrainingLoop.Observer()
      observer.shouldStop = shouldStop
      observer.epoch = { [objective = plan.objectives[0]] epoch in
        value = objective.value(of: epoch) ?? .nan
        curve.append(value)
      }
      let reason = try {
        defer { iterations = loop.iterations - first }
        return try loop.run(toEpoch: generations.lastEpoch(at: task.place), observer)
      }()
      if reason == .interrupted { return result(.stopped) }
      if let divergence = loop.divergence {
        return result(.failed(divergence.diagnostic().message))
      }
      // Whoever goes on from an end has nothing more to learn.
      if loop.iterations == first { value = curve.last ?? .nan }
      guard !value.isNaN else { return result(.undefined(plan.objectives.first, in: run)) }
      try states.save(loop, ofTrial: task.number, pool: pool)
      return result(.complete([value]))
    } catch {
      return result(.init(failure: error))
    }
  }
}
