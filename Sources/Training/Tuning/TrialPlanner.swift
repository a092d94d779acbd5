import Configuration
import Datasets
import Search

/// Turns points of a space into runs. Data is read and encoded once for all trials whose data section is the same.
package final class TrialPlanner: Sendable {
  private let loaded: LoadedConfig
  private let space: TuningSpace
  private let cache = Locked<[Entry]>([])

  /// The data of a section: that of each fold, or the one that it describes.
  private struct Entry: Sendable {
    let key: String
    let data: [(prepared: PreparedData, sets: [Part: ExampleSet])]
  }

  /// Which of several runs of a point.
  package struct Repetition: Sendable, Equatable {
    /// Added to the seed of the configuration.
    package let seed: Int
    /// From 0, of a cross-validation; else 0.
    package let fold: Int

    package init(seed: Int = 0, fold: Int = 0) {
      self.seed = seed
      self.fold = fold
    }
  }

  /// Sections that are kept: of a space that searches the data, the last few.
  private static let capacity = 4

  package init(_ loaded: LoadedConfig, space: TuningSpace) {
    self.loaded = loaded
    self.space = space
  }

  /// The runs that make a trial, in their order: for each seed all folds.
  package var repetitions: [Repetition] {
    guard let tuning = loaded.config.tuning else { return [Repetition()] }
    return (0..<tuning.seeds).flatMap { seed in
      (0..<(tuning.folds ?? 1)).map { Repetition(seed: seed, fold: $0) }
    }
  }

  /// The run of a point, and its examples.
  ///
  /// - Throws: `Failure` with all that is wrong with the configuration that the point makes.
  package func plan(
    _ point: Point, _ repetition: Repetition = Repetition()
  ) throws -> (plan: RunPlan, sets: [Part: ExampleSet]) {
    try plan(adapting(try space.apply(point, to: loaded.document)), repetition)
  }

  /// The run of the values that stand in the file.
  ///
  /// - Throws: `Failure` with all that is wrong with it as a fold.
  func planOfFile() throws -> RunPlan {
    try plan(loaded.document.removing("tuning"), Repetition()).plan
  }

  /// The configuration of a training that adapts what the space has of it.
  private func adapting(_ document: JSONValue) throws -> JSONValue {
    guard let search = loaded.config.tuning?.algorithm as? HypergradientSearch else {
      return document
    }
    var members = space.places.compactMap { place in
      AdaptedHyperparameter(place).map { JSONMember($0.key + "_range", $0.range.json) }
    }
    if let stepSize = search.stepSize { members.append(JSONMember("step_size", .number(stepSize))) }
    guard let location = space.places.first?.location else { return document }
    let path = ConfigPath(steps: [.key("training"), .key("hypergradient")])
    return try Override(path, to: .object(members), at: location)
      .applied(to: document, form: RunConfig.form)
  }

  private func plan(
    _ document: JSONValue, _ repetition: Repetition
  ) throws -> (plan: RunPlan, sets: [Part: ExampleSet]) {
    var document = document
    let seed = document["seed"]?.integer ?? loaded.config.seed
    if repetition.seed > 0 {
      document = document.replacing("seed", with: .integer(seed + repetition.seed))
    }
    var sets: [Part: ExampleSet] = [:]
    let config = loaded.with(document)
    let (plan, diagnostics) = RunPlan.check(config) { data, context in
      // The parts of the data are the same for all seeds: only the start and the order differ.
      let entry = try entry(data, context.with(seed: UInt64(seed)))
      let (prepared, examples) = entry.data[repetition.fold]
      sets = examples
      return prepared
    }
    guard let plan else { throw Failure(diagnostics.filter { $0.severity == .error }) }
    return (plan, sets)
  }

  private func entry(_ config: any DataConfig, _ context: DataContext) throws -> Entry {
    let key = [
      context.document["data"]?.compactText ?? "", String(context.seed),
      "\(context.lossTask as Any)",
      "\(context.allowsScaledTargets) \(context.allowsNegativeTargets)",
    ].joined(separator: "\n")
    return try cache.withLock { entries in
      if let entry = entries.first(where: { $0.key == key }) { return entry }
      let prepared =
        try loaded.config.tuning?.folds.map { try config.prepareFolds($0, context).folds }
        ?? [config.prepare(context)]
      let entry = Entry(key: key, data: try prepared.map { ($0, try $0.makeSets()) })
      entries.insert(entry, at: 0)
      if entries.count > Self.capacity { entries.removeLast() }
      return entry
    }
  }
}

extension JSONValue {
  /// An object with another value for a key, which is added where it is not there.
  fileprivate func replacing(_ key: String, with value: JSONValue) -> JSONValue {
    guard var members else { return self }
    if let index = members.firstIndex(where: { $0.key == key }) {
      members[index].value = value
    } else {
      members.append(JSONMember(key, value))
    }
    return JSONValue(.object(members), at: location)
  }

  /// An object without a key.
  func removing(_ key: String) -> JSONValue {
    guard let members else { return self }
    return JSONValue(.object(members.filter { $0.key != key }), at: location)
  }
}
