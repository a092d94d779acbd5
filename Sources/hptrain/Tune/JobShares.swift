import Numerics
import Ranks

/// How the trials that run at once are shared among ranks, and the processors of a rank among its trials.
struct JobShares {
  /// How many trials each rank runs at once.
  let jobs: [Int]
  /// Of each trial of this rank.
  let threads: Int

  var total: Int { jobs.reduce(0, +) }

  /// - Parameters:
  ///   - wanted: how many trials run at once; `nil`: one for each processor.
  ///   - most: how many can.
  ///   - processors: what this rank may compute on.
  init(_ wanted: Int?, most: Int, processors: Int, _ ranks: any Communicator) {
    let all = ranks.gather(processors)
    let total = min(wanted ?? all.reduce(0, +), most)
    // Processors that come before those of each rank, and behind them.
    let ends = all.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let sum = max(1, ends[ends.count - 1])
    jobs = all.indices.map { total * ends[$0 + 1] / sum - total * ends[$0] / sum }
    self.threads = max(1, processors / max(1, jobs[ranks.rank]))
  }
}
