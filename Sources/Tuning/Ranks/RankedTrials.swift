import Numerics

/// Runs trials on this rank, which has the study, and on all others.
package final class RankedTrials: TrialWorkers {
  private let own: LocalTrials
  private let ranks: any Communicator
  /// How many more trials each rank can run now.
  private var free: [Int]
  /// Which rank runs a trial, by its place.
  private var runners: [Int: Int] = [:]
  private var shouldStop: @Sendable () -> Bool = { false }
  private var hasToldToStop = false
  package let capacity: Int

  /// How long to wait for trials of this rank before those of others are looked for.
  static let pauseMilliseconds = 2

  /// - Parameters:
  ///   - own: runs the trials of this rank, 0.
  ///   - jobs: how many trials each rank runs at once.
  package init(own: LocalTrials, jobs: [Int], ranks: any Communicator) {
    self.own = own
    self.ranks = ranks
    free = jobs
    capacity = jobs.reduce(0, +)
  }

  package func begin(_ task: TrialTask, shouldStop: @escaping @Sendable () -> Bool) {
    // Where most is free; of ranks alike the last one, since this one has the study to look after.
    let runner = free.indices.max { (free[$0], $0) < (free[$1], $1) } ?? ranks.rank
    free[runner] -= 1
    runners[task.place] = runner
    self.shouldStop = shouldStop
    if runner == ranks.rank {
      own.begin(task, shouldStop: shouldStop)
    } else {
      ranks.send(TrialMessage.task(task).bytes, to: runner)
    }
  }

  package func takeEnded() -> [EndedTrial] {
    if !hasToldToStop, shouldStop() {
      hasToldToStop = true
      tellOthers(.stop)
    }
    let othersRun = runners.values.contains { $0 != ranks.rank }
    var ended = othersRun ? own.takeEnded(milliseconds: Self.pauseMilliseconds) : own.takeEnded()
    while let (_, bytes) = ranks.receive() {
      guard case .result(let trial) = TrialMessage(bytes) else {
        preconditionFailure("ranks only tell of what they ran")
      }
      ended.append(trial)
    }
    for trial in ended {
      if let runner = runners.removeValue(forKey: trial.place) { free[runner] += 1 }
    }
    return ended
  }

  /// Lets the other ranks go: no more trials will come.
  package func dismiss() { tellOthers(.end) }

  private func tellOthers(_ message: TrialMessage) {
    for rank in 0..<ranks.size where rank != ranks.rank { ranks.send(message.bytes, to: rank) }
  }
}
