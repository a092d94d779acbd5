import Configuration
import Dispatch
import Numerics
import Search
import Synchronization
import Training

/// Runs the trials of a study, several at a time.
///
/// A trial is proposed, and pruned, by what trials before it by at least `parallel_trials` came to, whether or not
/// nearer ones have ended: so any number of jobs, in whatever order their trials end, makes the same study.
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
  private let jobs: Int
  private let threads: Int
  /// By number.
  package private(set) var records: [TrialRecord]
  private var running: Set<Int> = []
  private var idlePools: [ThreadPool] = []
  private let queue = DispatchQueue(label: "trials", attributes: .concurrent)
  private let ended = EndedTrials()

  /// - Parameters:
  ///   - jobs: how many trials run at once, at the most.
  ///   - threads: of each.
  package init(_ plan: TuningPlan, study: Study, jobs: Int, threads: Int) throws {
    self.plan = plan
    self.study = study
    self.jobs = min(jobs, plan.mostJobs ?? jobs)
    self.threads = threads
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
    // What a process that is gone had begun comes first.
    var unfinished = records.filter { !$0.hasEnded }.map(\.number)[...]
    while true {
      while failure == nil, !isStopping.isWanted, running.count < jobs {
        let number = unfinished.first ?? records.count
        guard number < max(trialCount, records.count), isReady(number) else { break }
        do {
          try begin(number, trialCount: trialCount, isStopping, observer)
          if !unfinished.isEmpty { unfinished.removeFirst() }
        } catch {
          failure = error
          isStopping.stop()
        }
      }
      guard !running.isEmpty else { break }
      for trial in ended.take() {
        running.remove(trial.number)
        idlePools.append(trial.pool)
        do {
          try end(trial.number, trial.result, observer)
        } catch {
          failure = failure ?? error
          isStopping.stop()
        }
      }
      observer.tick()
    }
    if let failure { throw failure }
    return records.count >= trialCount && records.allSatisfy(\.hasEnded)
  }

  /// Whether everything is known that the trial depends on.
  private func isReady(_ number: Int) -> Bool {
    if plan.mostJobs == nil { return true }
    return records.prefix(max(0, number - plan.config.parallelTrials + 1)).allSatisfy(\.hasEnded)
  }

  /// What a trial knows of others.
  private func past(_ number: Int) -> ArraySlice<TrialRecord> {
    records.prefix(max(0, number - plan.config.parallelTrials + 1))
  }

  private func begin(
    _ number: Int, trialCount: Int, _ isStopping: Stopping, _ observer: Observer
  ) throws {
    if number == records.count {
      records.append(try study.add(propose(number, trialCount: trialCount), plan.space))
    } else if records[number].state == .waiting {
      records[number].point = try study.startWaiting(
        propose(number, trialCount: trialCount), plan.space)
    }
    guard let point = records[number].point else {
      // Another program had begun it, in a space of its own.
      records[number].state = .failed
      records[number].diagnostic = "it has no values for the space of this search"
      try study.finish(records[number], seconds: 0)
      return observer.end(records[number])
    }
    records[number].state = .running
    records[number].curve = []
    observer.begin(records[number])
    let others = past(number).compactMap { record in
      record.curve.isEmpty
        ? nil
        : PastTrial(number: record.number, curve: record.curve.map(plan.objectives[0].cost))
    }
    let pool = idlePools.popLast() ?? ThreadPool(threads: threads)
    let pruning = plan.config.pruning
    let run = TrialRun(
      plan: plan, pool: pool,
      isHopeless: { curve in
        pruning?.isHopeless(trial: number, curve: curve, others: others) ?? false
      },
      shouldStop: { isStopping.isWanted })
    running.insert(number)
    queue.async { [ended] in
      ended.add(.init(number: number, pool: pool, result: run.run(point)))
    }
  }

  private func propose(_ number: Int, trialCount: Int) -> Point {
    let known = past(number)
    let observations = known.compactMap { record -> Observation? in
      guard let point = record.point else { return nil }
      let costs = zip(plan.objectives, record.values).map { $0.cost(of: $1) }
      return Observation(
        number: record.number, point: point,
        values: costs.isEmpty
          ? Array(repeating: .infinity, count: plan.objectives.count) : costs)
    }
    return plan.config.algorithm.propose(
      Query(
        space: plan.space.search, seed: UInt64(plan.seed), number: number, trialCount: trialCount,
        observations: observations,
        pending: records[known.endIndex..<min(number, records.count)].compactMap(\.point)))
  }

  private func end(_ number: Int, _ result: TrialRun.Result, _ observer: Observer) throws {
    records[number].curve = result.curve
    records[number].iterations = result.iterations
    records[number].deviations = result.deviations
    switch result.end {
    case .complete(let values):
      records[number].state = .complete
      records[number].values = values
    case .pruned:
      records[number].state = .pruned
      records[number].values = result.curve.suffix(1)
    case .failed(let diagnostics):
      records[number].state = .failed
      records[number].diagnostic = diagnostics.first?.message
    case .stopped:
      records[number].curve = []
      return
    }
    try study.finish(records[number], seconds: result.seconds)
    observer.end(records[number])
  }
}

/// Trials that ended and of which nobody took notice yet.
private final class EndedTrials: Sendable {
  struct Trial: Sendable {
    let number: Int
    let pool: ThreadPool
    let result: TrialRun.Result
  }

  private let trials = Mutex<[Trial]>([])
  private let signal = DispatchSemaphore(value: 0)

  func add(_ trial: Trial) {
    trials.withLock { $0.append(trial) }
    signal.signal()
  }

  /// Waits for one, though not for long.
  func take() -> [Trial] {
    guard signal.wait(timeout: .now() + .milliseconds(100)) == .success else { return [] }
    return trials.withLock { trials in
      defer { trials = [] }
      return trials
    }
  }
}

/// The wish to stop: of the user, or after a failure.
private final class Stopping: Sendable {
  private let isForced = Atomic<Bool>(false)
  private let wish: @Sendable () -> Bool

  init(_ wish: @escaping @Sendable () -> Bool) { self.wish = wish }

  func stop() { isForced.store(true, ordering: .relaxed) }

  var isWanted: Bool { isForced.load(ordering: .relaxed) || wish() }
}
