import Configuration
import Search
import Training

/// Runs the trials of a study, several at a time.
///
/// A trial is proposed, and pruned, by what trials before it by at least `parallel_trials` came to, whether or not
/// nearer ones have ended, and a member of a population by the generations before: so any number of jobs, in
/// whatever order their trials end, makes the same study.
package final class Tuner {
  /// Who watches.
  package struct Observer {
    package var begin: (TrialRecord) -> Void = { _ in }
    package var end: (TrialRecord) -> Void = { _ in }
    /// Called some times a second.
    package var tick: () -> Void = {}
    package var shouldStop: @Sendable () -> Bool = { false }

    package init() {}
  }

  private let plan: TuningPlan
  private let study: Study
  private let states: MemberStates?
  private let workers: any TrialWorkers
  private let jobs: Int
  /// By number. Their places are counted on: numbers have gaps where a trial was deleted, or another program adds some.
  package private(set) var records: [TrialRecord]
  /// By place: what the algorithm gets to see of trials that ended.
  private var observations: [Int: Observation] = [:]
  private var running: Set<Int> = []

  /// - Parameter states: where the members of a population stand; `nil` for other algorithms.
  package init(
    _ plan: TuningPlan, study: Study, states: MemberStates?, workers: any TrialWorkers
  ) throws {
    self.plan = plan
    self.study = study
    self.states = states
    self.workers = workers
    jobs = min(workers.capacity, plan.mostJobs ?? .max)
    records = try study.records(plan.space)
  }

  /// Runs trials until there are as many as wanted.
  ///
  /// - Parameter trialCount: those that the study has already among them.
  /// - Returns: whether the study has them all.
  /// - Throws: `Failure` if the study cannot be written; trials that run are ended first.
  package func run(trialCount: Int, _ observer: Observer) throws -> Bool {
    let isStopping = Stopping(observer.shouldStop)
    var failure: (any Error)?
    // Trials without what they go on from would fail, and be taken for bad ones for good.
    try states?.check(trials: parents(trialCount: trialCount))
    states?.removeUnfinished()
    // What a process that is gone had begun comes first.
    var unfinished = records.indices.filter { !records[$0].hasEnded }[...]
    while true {
      while failure == nil, !isStopping.isWanted, running.count < jobs {
        let place = unfinished.first ?? records.count
        guard place < max(trialCount, records.count), isReady(place) else { break }
        do {
          try begin(place, trialCount: trialCount, isStopping, observer)
          if !unfinished.isEmpty { unfinished.removeFirst() }
        } catch {
          failure = error
          isStopping.stop()
        }
      }
      guard !running.isEmpty else { break }
      for trial in workers.takeEnded() {
        running.remove(trial.place)
        // On another rank that was told to stop.
        if case .stopped = trial.result.end { isStopping.stop() }
        do {
          try end(trial.place, trial.result, observer)
        } catch {
          failure = failure ?? error
          isStopping.stop()
        }
      }
      observer.tick()
    }
    removeStates()
    if let failure { throw failure }
    return records.count >= trialCount && records.allSatisfy(\.hasEnded)
  }

  /// Whether everything is known that a trial depends on.
  private func isReady(_ place: Int) -> Bool {
    plan.mostJobs == nil || past(place).allSatisfy(\.hasEnded)
  }

  /// What a trial knows of others.
  private func past(_ place: Int) -> ArraySlice<TrialRecord> {
    records.prefix(plan.knownTrials(at: place))
  }

  /// The trials that ended before this process, and that members go on from.
  private func parents(trialCount: Int) -> Set<Int> {
    guard let size = plan.generations?.search.populationSize else { return [] }
    let first = records.firstIndex { !$0.hasEnded } ?? records.count
    let generation = first / size * size..<(first / size + 1) * size
    let count = max(trialCount, records.count)
    guard first < count else { return [] }
    var numbers: Set<Int> = []
    for place in generation where place < count {
      guard place < records.count, records[place].hasEnded else {
        if let parent = propose(place, trialCount: trialCount).parent { numbers.insert(parent) }
        continue
      }
      let isTaken = generation.upperBound < count && records[place].state == .complete
      if isTaken { numbers.insert(records[place].number) }
    }
    return numbers
  }

  private func begin(
    _ place: Int, trialCount: Int, _ isStopping: Stopping, _ observer: Observer
  ) throws {
    let isBegun = place < records.count && records[place].state == .running
    // Whose parameters a member took is found as it was found before.
    if !isBegun || states != nil {
      let proposal = propose(place, trialCount: trialCount)
      if place == records.count {
        records.append(try study.add(proposal.point, plan.space))
      } else if !isBegun {
        records[place].point = try study.startWaiting(proposal.point, plan.space)
      }
      records[place].parent = proposal.parent
    }
    guard let point = records[place].point else {
      // Another program had begun it, in a space of its own.
      records[place].state = .failed
      records[place].diagnostic = "it has no values for the space of this search"
      try study.finish(records[place], seconds: 0)
      return observer.end(records[place])
    }
    records[place].state = .running
    records[place].curve = []
    observer.begin(records[place])
    running.insert(place)
    workers.begin(task(of: place, point), shouldStop: { isStopping.isWanted })
  }

  private func task(of place: Int, _ point: Point) -> TrialTask {
    let parent = records[place].parent.flatMap { number in
      records.first { $0.number == number }
    }
    let others =
      plan.config.pruning == nil ? [] : past(place).filter { !$0.curve.isEmpty }
    return TrialTask(
      place: place, number: records[place].number, point: point,
      parent: parent.map { .init(number: $0.number, curve: $0.curve) },
      others: others.map { record in
        PastTrial(number: record.number, curve: record.curve.map(plan.objectives[0].cost))
      })
  }

  private func propose(_ place: Int, trialCount: Int) -> PopulationSearch.Succession {
    let known = past(place).indices
    let observations = known.compactMap { observation(of: $0) }
    let query = Query(
      space: plan.space.search, seed: UInt64(plan.seed), number: place, trialCount: trialCount,
      observations: observations,
      pending: records[known.upperBound..<min(place, records.count)].compactMap(\.point),
      start: plan.start)
    return plan.generations?.search.succession(query)
      ?? .init(point: plan.config.algorithm.propose(query), parent: nil)
  }

  /// What the algorithm gets to see of a trial. It is made once for each that ended, so that the thousandth proposal
  /// takes hardly longer than the first.
  private func observation(of place: Int) -> Observation? {
    if let made = observations[place] { return made }
    let record = records[place]
    // A member without values keeps its place in its generation.
    let nowhere = plan.generations == nil ? nil : plan.space.search.nowhere
    guard let point = record.point ?? nowhere else { return nil }
    let costs = zip(plan.objectives, record.values).map { $0.cost(of: $1) }
    let observation = Observation(
      number: record.number, point: point,
      values: costs.isEmpty || record.point == nil
        ? Array(repeating: .infinity, count: plan.objectives.count) : costs)
    if record.hasEnded { observations[place] = observation }
    return observation
  }

  private func end(_ place: Int, _ result: TrialResult, _ observer: Observer) throws {
    records[place].curve = result.curve
    records[place].iterations = result.iterations
    records[place].deviations = result.deviations
    records[place].adapted = result.adapted
    switch result.end {
    case .complete(let values):
      records[place].state = .complete
      records[place].values = values
    case .pruned:
      records[place].state = .pruned
      records[place].values = result.curve.suffix(1)
    case .failed(let reason):
      records[place].state = .failed
      records[place].diagnostic = reason
    case .stopped:
      records[place].curve = []
      return
    }
    try study.finish(records[place], seconds: result.seconds)
    observer.end(records[place])
    removeStates()
  }

  /// Removes what nobody goes on from any more: all but where the last whole generation stands, what came after it,
  /// and the best trial.
  private func removeStates() {
    guard let states, let size = plan.generations?.search.populationSize else { return }
    let ended = records.firstIndex { !$0.hasEnded } ?? records.count
    let kept = records[max(0, ended / size - 1) * size..<records.count]
    let best = BestTrials.of(records, isMaximized: plan.objectives.map(\.isMaximized))
    states.keep(only: Set(kept.map(\.number)).union(best.map(\.number)))
  }
}
