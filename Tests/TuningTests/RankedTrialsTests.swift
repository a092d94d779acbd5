import Configuration
import Foundation
import Numerics
import TestSupport
import Testing
import Training

import Tuning

/// Ranks that share the trials of a study make the study of one process.
@Suite struct RankedTrialsTests {
  private static func plan(_ tuning: String, in workspace: Workspace) throws -> TuningPlan {
    var rows = "width,height,kind\n"
    for index in 0..<60 {
      let base = index % 2 == 0 ? 5 : 1
      rows += "\(base).\(index % 7),\(base).\(index % 5),\(index % 2 == 0 ? "big" : "small")\n"
    }
    try workspace.write("data.csv", rows)
    try workspace.write(
      "config.json",
      """
      {"name": "search", "seed": 3,
       "data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense"}]},
       "training": {"epochs": 6, "batch_size": 8},
       "tuning": {
         "space": {
           "training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.0001, "high": 0.3},
           "training.batch_size": {"type": "choice", "values": [4, 8]}
         }, \(tuning)}}
      """)
    let (plan, diagnostics) = TuningPlan.check(path: workspace.path("config.json"))
    return try #require(plan, "\(diagnostics.map(\.message))")
  }

  /// What a study has of its trials, without times.
  private static func trials(_ records: [TrialRecord]) -> [String] {
    records.map {
      "\($0.number) \($0.state) \($0.point?.values ?? []) \($0.values) \($0.curve) \($0.iterations ?? -1) \($0.parent ?? -1)"
    }
  }

  /// - Returns: the trials of the study as rank 0 made it.
  private static func run(
    _ plan: TuningPlan, _ study: String, trials: Int, jobs: [Int],
    stops: @escaping @Sendable (_ rank: Int) -> Bool = { _ in false }
  ) throws -> (trials: [String], isComplete: Bool) {
    let states = MemberStates(of: plan, study: study, version: "1")
    let found = try ThreadRanks(size: jobs.count).run { ranks in
      let own = LocalTrials(plan, states: states, jobs: jobs[ranks.rank], threads: 1)
      guard ranks.rank == 0 else {
        TrialServer.run(own, ranks) { [rank = ranks.rank] in stops(rank) }
        return ([String](), false)
      }
      let opened = try Study.open(study, plan: plan)
      let workers = RankedTrials(own: own, jobs: jobs, ranks: ranks)
      defer { workers.dismiss() }
      let tuner = try Tuner(plan, study: opened.study, states: states, workers: workers)
      var observer = Tuner.Observer()
      observer.shouldStop = { stops(0) }
      let isComplete = try tuner.run(trialCount: trials, observer)
      opened.study.file.close()
      return (Self.trials(tuner.records), isComplete)
    }
    return found[0]
  }

  @Test(arguments: [
    #""algorithm": "tpe", "trials": 14, "parallel_trials": 4"#,
    #""algorithm": "random", "pruning": "median", "trials": 14"#,
    #""algorithm": {"type": "population", "population_size": 4, "interval": 2}"#,
  ])
  func anyRanksMakeTheSameStudy(tuning: String) throws {
    let workspace = try Workspace()
    let plan = try Self.plan(tuning, in: workspace)
    let count = plan.trialCount
    let alone = try Self.run(plan, workspace.path("alone.db"), trials: count, jobs: [1])
    #expect(alone.isComplete && alone.trials.count == count)
    for (index, jobs) in [[1, 1], [0, 1, 2], [2, 0, 1, 1]].enumerated() {
      let shared = try Self.run(plan, workspace.path("\(index).db"), trials: count, jobs: jobs)
      #expect(shared.isComplete)
      #expect(shared.trials == alone.trials)
    }
  }

  @Test(arguments: [0, 1]) func theWishOfAnyRankEndsTheSearch(stopping: Int) throws {
    let workspace = try Workspace()
    let plan = try Self.plan(#""algorithm": "random", "trials": 40"#, in: workspace)
    let alone = try Self.run(plan, workspace.path("alone.db"), trials: 40, jobs: [2])
    let study = workspace.path("stopped.db")
    let start = Date.now
    let stopped = try Self.run(plan, study, trials: 40, jobs: [1, 1]) { rank in
      rank == stopping && Date.now.timeIntervalSince(start) > 0.02
    }
    #expect(!stopped.isComplete)
    // Others go on, also where trials were begun and not ended.
    let rest = try Self.run(plan, study, trials: 40, jobs: [1, 1, 1])
    #expect(rest.isComplete)
    #expect(rest.trials == alone.trials)
  }
}
