import Configuration
import Datasets
import Search
import Synchronization

/// Turns points of a space into runs. Data is read and encoded once for all trials whose data section is the same.
package final class TrialPlanner: Sendable {
  private let loaded: LoadedConfig
  private let space: TuningSpace
  private let cache = Mutex<[Entry]>([])

  private struct Entry: Sendable {
    let key: String
    let data: PreparedData
    let sets: [Part: ExampleSet]
  }

  /// Sections that are kept: of a space that searches the data, the last few.
  private static let capacity = 4

  package init(_ loaded: LoadedConfig, space: TuningSpace) {
    self.loaded = loaded
    self.space = space
  }

  /// The run of a point, and its examples.
  ///
  /// - Parameter repetition: which of several runs of the point, each with its own seed.
  /// - Throws: `Failure` with all that is wrong with the configuration that the point makes.
  package func plan(
    _ point: Point, repetition: Int = 0
  ) throws -> (plan: RunPlan, sets: [Part: ExampleSet]) {
    var document = try space.apply(point, to: loaded.document)
    let seed = loaded.config.seed
    if repetition > 0 {
      // The parts of the data are the same for all: only the start and the order differ.
      document = document.replacing("seed", with: .integer(seed + repetition))
    }
    var sets: [Part: ExampleSet] = [:]
    let config = loaded.with(document)
    let (plan, diagnostics) = RunPlan.check(config) { data, context in
      let entry = try entry(data, context)
      sets = entry.sets
      return entry.data
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
      let data = try config.prepare(context)
      let entry = Entry(key: key, data: data, sets: try data.makeSets())
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
}
