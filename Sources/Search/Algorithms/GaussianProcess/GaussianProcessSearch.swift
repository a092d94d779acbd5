import Configuration
import Numerics

/// Bayesian optimization: a Gaussian process is what is known of the objective, and the point with the greatest
/// expected improvement is tried next (Močkus 1975; Jones, Schonlau, Welch 1998; in the form of Snoek,
/// Larochelle, Adams, Practical Bayesian Optimization of Machine Learning Algorithms, NeurIPS 2012).
package struct GaussianProcessSearch: SearchAlgorithm {
  package static let type = "gaussian_process"
  package static let summary =
    "Tries where a smooth function through all trials promises the greatest improvement."
  package static let synonyms = ["gp", "bayesian", "bayesian_optimization", "gaussianprocess"]
  package static let isAdaptive = true
  package static let guidance = Guidance.choice(
    """
    The fewest trials for up to some ten numbers, where each trial takes long. A proposal takes \
    20 ms after 100 trials and 250 ms after 300, so not for trials that are done as fast.
    """,
    typical: "30 to 200 trials of 2 to 10 hyperparameters.",
    example: #""algorithm": "gaussian_process""#)

  package var startupTrials = 10

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "startup_trials", \.startupTrials, in: .between(1, 1_000_000), unit: "trials",
      synonyms: ["n_startup_trials", "n_initial_points", "initial_trials"],
      help: "So many trials are spread evenly before any is proposed by the process.",
      guidance: .amount(
        tooLow: "The first guess at what is smooth decides where the search looks.",
        tooHigh: "Trials are spread without learning, as by sobol.",
        typical: "10; twice the number of hyperparameters.", example: #""startup_trials": 20"#))
  ]

  /// The process sees no more trials than these, half of them the best and half the newest, so that a proposal
  /// takes a bounded time.
  private static let mostTrials = 300
  private static let leaderCount = 5

  package var trialNeed: TrialNeed? {
    TrialNeed(
      key: "startup_trials", count: startupTrials, .known,
      otherwise: "every trial is spread evenly, and the process is never asked")
  }

  package func propose(_ query: Query) -> Point {
    let cube = KernelCube(query.space)
    guard query.observations.count >= startupTrials, !cube.axes.isEmpty else {
      return startup(cube, query)
    }
    let values = Scalarization.values(query.observations, seed: query.seed, trial: query.number)
    let chosen = Self.selection(of: values)
    let targets = TargetScale.standardized(chosen.map { values[$0] })
    let units = chosen.map { cube.units(of: query.observations[$0].point) }
    let scales = ProcessFit.scales(CoordinateTable(cube, units), targets)
    guard var process = GaussianProcess(cube, units, targets, scales) else {
      return startup(cube, query)
    }
    // What is being tried is believed to come to what is expected of it (the kriging believer of Ginsbourger,
    // Le Riche, Carraro 2010).
    let pending = query.pending.map(cube.units)
    if !pending.isEmpty {
      let believed = pending.map { process.predict(units: $0).mean }
      process = GaussianProcess(cube, units + pending, targets + believed, scales) ?? process
    }
    let order = targets.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }
    let search = AcquisitionSearch(
      process: process, best: order.first.map { targets[$0] } ?? 0,
      known: Set(query.observations.map(\.point) + query.pending),
      random: Random(
        seed: query.seed, .search(part: RandomPart.acquisition.rawValue), step: query.number),
      leaders: order.prefix(Self.leaderCount).map { units[$0] })
    return search.units().map(cube.point) ?? startup(cube, query)
  }

  private func startup(_ cube: KernelCube, _ query: Query) -> Point {
    cube.point(
      StartupDesign(cube, seed: query.seed, size: startupTrials).units(query.number))
  }

  /// The indices of the trials to learn from, rising.
  private static func selection(of values: [Double]) -> [Int] {
    guard values.count > mostTrials else { return Array(values.indices) }
    let newest = values.count - mostTrials / 2
    let best = (0..<newest).sorted { (values[$0], $0) < (values[$1], $1) }
      .prefix(mostTrials - mostTrials / 2)
    return best.sorted() + Array(newest..<values.count)
  }
}
