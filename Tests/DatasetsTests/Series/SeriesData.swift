import Configuration
import Datasets
import Numerics
import TestSupport

/// Tables as the data of a configuration.
struct SeriesData {
  let data: PreparedData
  private let sets: [Part: ExampleSet]

  /// - Parameters:
  ///   - files: their texts by name; the training file is `train.csv`.
  ///   - settings: members of the data section besides `train`.
  init(
    _ files: [String: String], _ settings: String, lossTask: LearningTask? = nil,
    allowsScaledTargets: Bool = true
  ) throws {
    let workspace = try Workspace()
    for (name, text) in files { try workspace.write(name, text) }
    let text = #"{"data": {"train": "train.csv", \#(settings)}}"#
    let document = JSONParser.parse(SourceText(name: "config.json", text)).value
    var reading = Reading(root: DataFormats.catalog.codec.form)
    let config = document["data"].flatMap { DataFormats.catalog.codec.read($0, &reading) }
    guard let config, reading.diagnostics.isEmpty else { throw Failure(reading.diagnostics) }
    data = try config.prepare(
      DataContext(
        document: document, baseDirectory: workspace.path, seed: 1, lossTask: lossTask,
        allowsScaledTargets: allowsScaledTargets))
    sets = try data.makeSets()
  }

  var encoding: TableEncoding? { data.encoding as? TableEncoding }

  /// Inputs and targets of the examples of a part, as the network gets them.
  func examples(_ part: Part) -> [Example] {
    guard let set = sets[part], set.count > 0 else { return [] }
    let batches = Batches(set, size: set.count)
    let (inputs, targets) = (set.features.width, set.targets?.width ?? 0)
    var features = [Float](repeating: .nan, count: set.count * inputs)
    var answers = [Float](repeating: .nan, count: set.count * targets)
    features.withUnsafeMutableBufferPointer { features in
      answers.withUnsafeMutableBufferPointer { answers in
        guard let first = features.baseAddress, let second = answers.baseAddress else { return }
        batches.load(0, features: first, targets: second, pool: ThreadPool(threads: 1))
      }
    }
    return (0..<set.count).map {
      Example(
        inputs: Array(features[$0 * inputs..<($0 + 1) * inputs]),
        targets: Array(answers[$0 * targets..<($0 + 1) * targets]))
    }
  }

  struct Example: Equatable, CustomStringConvertible {
    let inputs: [Float]
    let targets: [Float]

    var description: String { "\(inputs) -> \(targets)" }
  }
}
