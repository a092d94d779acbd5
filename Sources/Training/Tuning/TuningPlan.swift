import Configuration
import Datasets
import Search

/// A search as planned: what is tried, that all of it builds, and what for.
package struct TuningPlan: Sendable {
  package let config: TuningConfig
  package let name: String
  package let seed: Int
  package let space: TuningSpace
  package let objectives: [Objective]
  package let planner: TrialPlanner
  /// The run of the values that stand in the file; of several folds, the first one.
  package let run: RunPlan
  /// The values that stand in the file, as far as the space has them.
  package let start: Point
  /// How many trials there will be.
  package let trialCount: Int
  /// How many points a grid has that goes through all of them; `nil` for other algorithms.
  package let gridSize: Int?
  /// How a population goes on from trial to trial; `nil` for other algorithms.
  package let generations: Generations?
  /// How many points the space has; `nil` if there is no end to them.
  package let pointCount: Double?
  /// The corners of the space that were planned.
  package let cornerCount: Int
  /// The most epochs that one of them has, or the run of the file's values.
  let mostEpochs: Int
  /// The places of which no corner's value comes to bear.
  let idlePlaces: [IdlePlaces.Finding]
  /// What decides about a study beside its space: the configuration that the points are put into.
  package let baseText: String

  /// How many trials may run at once; `nil` where none depends on others.
  package var mostJobs: Int? {
    if let generations { return generations.search.populationSize }
    let isFree = !type(of: config.algorithm).isAdaptive && config.pruning == nil
    return isFree ? nil : config.parallelTrials
  }

  /// The seed of the first run of a point's trial.
  package func seed(of point: Point) -> Int {
    space.settings(of: point).first { $0.key == "seed" }?.value.integer ?? seed
  }

  /// How many trials there can be; `nil` if there is no end to them.
  package var mostTrials: Int? { gridSize ?? generations?.trialCount }

  /// Of how many trials, the first ones, a trial may know what came of them.
  ///
  /// - Parameter place: how many were begun before it.
  package func knownTrials(at place: Int) -> Int {
    generations.map { place / $0.search.populationSize * $0.search.populationSize }
      ?? max(0, place - config.parallelTrials + 1)
  }

  /// Reads a configuration, its data and its search, and plans the run of every corner of the space.
  ///
  /// - Parameter trials: how many there shall be, whatever the configuration says.
  /// - Returns: the plan if there is no error, and all errors and warnings.
  package static func check(
    path: String, overrides: [String] = [], trials: Int? = nil
  ) -> (plan: TuningPlan?, diagnostics: [Diagnostic]) {
    LoadedConfig.reading(path: path, overrides: overrides) { loaded in
      let (run, diagnostics) = RunPlan.check(loaded)
      guard let run else { return (nil, diagnostics) }
      let (plan, findings) = check(loaded, run: run, trials: trials)
      return (plan, (plan?.warningsOfTrials(diagnostics, loaded) ?? diagnostics) + findings)
    }
  }

  /// Plans the run of a configuration, and its search if it has one.
  ///
  /// - Returns: the run and the search if there is no error in either.
  package static func checkAll(
    path: String, overrides: [String] = []
  ) -> (run: RunPlan?, search: TuningPlan?, diagnostics: [Diagnostic]) {
    let (plans, diagnostics) = LoadedConfig.reading(path: path, overrides: overrides) {
      loaded -> ((RunPlan, TuningPlan?)?, [Diagnostic]) in
      let (run, diagnostics) = RunPlan.check(loaded)
      guard let run else { return (nil, diagnostics) }
      guard loaded.config.tuning != nil else { return ((run, nil), diagnostics) }
      let (search, findings) = check(loaded, run: run)
      return (
        search.map { (run, $0) },
        (search?.warningsOfTrials(diagnostics, loaded) ?? diagnostics) + findings
      )
    }
    return (plans?.0, plans?.1, diagnostics)
  }

  /// Those findings on the file that hold for its trials, too: a value that is searched is a placeholder, whatever is
  /// unwise about it.
  private func warningsOfTrials(_ findings: [Diagnostic], _ loaded: LoadedConfig) -> [Diagnostic] {
    let searched = space.places.flatMap { place in
      Self.places(loaded.document.value(at: place.path))
    }
    return findings.filter { finding in
      finding.severity != .warning || !searched.contains { $0 == finding.place }
    }
  }

  /// Where a value and all that it holds stand.
  private static func places(_ value: JSONValue?) -> [Place] {
    guard let value else { return [] }
    let parts = (value.members ?? []).map(\.value) + (value.items ?? [])
    return (value.location.map { [$0.place] } ?? []) + parts.flatMap { places($0) }
  }

  private static func check(
    _ loaded: LoadedConfig, run: RunPlan, trials: Int? = nil
  ) -> (plan: TuningPlan?, findings: [Diagnostic]) {
    do {
      let plan = try TuningPlan(loaded, run: run, trials: trials)
      return (plan, TuningWarnings(plan, loaded.document, trials: trials).all)
    } catch let failure as Failure {
      return (nil, failure.diagnostics)
    } catch {
      return (nil, [Diagnostic(.error, .configuration, code: "unexpected", "\(error)")])
    }
  }

  /// - Parameter trials: how many there shall be, whatever the configuration says.
  /// - Throws: `Failure` with everything that is wrong with the search.
  package init(_ loaded: LoadedConfig, run: RunPlan, trials: Int? = nil) throws {
    guard let config = loaded.config.tuning else {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "no-tuning", "the configuration has no 'tuning'",
          at: loaded.document.location?.place,
          help: """
            say what to search: "tuning": {"space": {"training.optimizer.learning_rate": \
            {"type": "log_uniform", "low": 0.0001, "high": 0.1}}}
            """))
    }
    self.config = config
    name = run.name
    seed = loaded.config.seed
    space = try TuningSpace(config, document: loaded.document)
    planner = TrialPlanner(loaded, space: space)
    start = space.point(nearestTo: loaded.config.json)
    var findings: [Diagnostic] = []
    let run = config.folds == nil ? run : try planner.planOfFile()
    self.run = run
    let wanted = Self.locatedObjectives(config, loaded.document)
    objectives = wanted.compactMap { objective, location in
      do {
        return try Objective(objective, plan: run, at: location)
      } catch {
        findings += (error as? Failure)?.diagnostics ?? []
        return nil
      }
    }
    let checker = TuningChecker(config, loaded)
    findings += checker.pruning()
    generations = (config.algorithm as? PopulationSearch).map { Generations($0, run: run) }
    if generations != nil { findings += checker.population() }
    findings += checker.hypergradient(space)
    guard findings.isEmpty else { throw Failure(findings) }

    let size = space.search.size
    pointCount = size
    gridSize = config.gridSize(of: space.search)
    let most = gridSize ?? generations?.trialCount
    let isOneTraining =
      config.algorithm is HypergradientSearch
      && space.places.allSatisfy { AdaptedHyperparameter($0) != nil }
    trialCount = min(
      trials ?? config.trials ?? most ?? (isOneTraining ? 1 : TuningConfig.standardTrialCount),
      most ?? .max)
    let hasGenerations = generations != nil
    var epochs = run.epochsMade
    var idle = IdlePlaces(space)
    cornerCount = try SpaceCorners(space, planner: planner).check { corner, point in
      epochs = max(epochs, corner.epochsMade)
      idle.add(corner, at: point)
      if hasGenerations { try Generations.check(corner, continues: run) }
      // Metrics may be searched, too.
      for (objective, location) in wanted {
        _ = try Objective(objective, plan: corner, at: location)
      }
    }
    mostEpochs = epochs
    idlePlaces = idle.findings
    baseText = Self.baseText(of: loaded.document)
  }

  /// The objectives, and where they stand.
  private static func locatedObjectives(
    _ config: TuningConfig, _ document: JSONValue
  ) -> [(ObjectiveConfig, Location?)] {
    let json = document["tuning"]?["objective"]
    return config.objectives.enumerated().map { index, objective in
      let item = json?.items.map { $0[min(index, $0.count - 1)] } ?? json
      return (objective, item?.location ?? document["tuning"]?.location?.prefix(1))
    }
  }

  /// What decides about a study beside its space, of a configuration as it was read.
  package static func baseText(of document: JSONValue) -> String {
    JSONValue.object(
      (document.members ?? []).filter {
        !["tuning", "name", "output", "$schema"].contains($0.key)
      }
    ).compactText
  }
}

extension SearchSpace {
  /// How many points there are; `nil` if there is no end to them.
  fileprivate var size: Double? {
    func count(_ dimension: Int, _ values: [Double?]) -> Double? {
      guard dimension < dimensions.count else { return 1 }
      guard isActive(dimension, in: values) else { return count(dimension + 1, values + [nil]) }
      let options = dimensions[dimension].domain.valueCount
      guard options.isFinite else { return nil }
      let deciding = Set(
        dimensions.flatMap {
          $0.condition?.dimension == dimension ? $0.condition?.values ?? [] : []
        })
      // All other values have the same below them: not a number stands for each of them.
      var sum = 0.0
      let others = options - Double(deciding.count)
      if others > 0 {
        guard let rest = count(dimension + 1, values + [.nan]) else { return nil }
        sum = others * rest
      }
      for value in deciding {
        guard let rest = count(dimension + 1, values + [value]) else { return nil }
        sum += rest
      }
      return sum
    }
    return count(0, [])
  }
}

extension Location {
  fileprivate func prefix(_ count: Int) -> Location {
    Location(source, range.lowerBound..<min(range.upperBound, range.lowerBound + count))
  }
}
