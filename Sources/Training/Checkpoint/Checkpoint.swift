import Configuration
import Datasets

/// A file from which a run goes on bit for bit: a state file whose metadata also holds the resolved
/// configuration and what the data was.
package struct Checkpoint {
  static let formatName = "hptrain-checkpoint"

  /// The resolved configuration as the folder of the run has it.
  let config: JSONValue
  let data: DataFingerprint
  private let file: StateFile

  /// Where it lies.
  package var path: String { file.path }
  /// Iterations that were made.
  package let iterations: Int
  /// Epochs that ended.
  var epochs: Int { file.epochs }
  /// How long the file for TensorBoard was; 0 for a run that wrote none.
  let eventsBytes: Int
  /// How long the file of metrics was.
  let metricsBytes: Int

  /// Reads a checkpoint and checks that it is whole.
  ///
  /// - Throws: `Failure` if it is damaged, or not one of this version of the program.
  package init(path: String, version: String) throws {
    file = try StateFile(path: path, format: Self.formatName, version: version)
    config = try file.json(CheckpointKeys.config)
    guard let data = DataFingerprint(try file.json(CheckpointKeys.data)) else {
      throw file.failure("its '\(CheckpointKeys.data)' cannot be read")
    }
    self.data = data
    let state = file.state
    // Files are cut to these lengths before anything else of the state is looked at.
    let eventsBytes = state[CheckpointKeys.eventsBytes].map(\.integer) ?? 0
    guard let iterations = state["iterations"]?.integer, let eventsBytes,
      let metricsBytes = state[CheckpointKeys.metricsBytes]?.integer,
      iterations >= 0, eventsBytes >= 0, metricsBytes >= 0
    else { throw file.failure("its numbers contradict each other") }
    (self.iterations, self.eventsBytes) = (iterations, eventsBytes)
    self.metricsBytes = metricsBytes
  }

  /// Puts the values back.
  var archive: StateArchive { file.archive }

  func failure(_ problem: String) -> Failure {
    Failure(
      Diagnostic(
        .error, .data, code: "checkpoint",
        "'\(path)' is no checkpoint of this configuration: \(problem)"))
  }
}

/// The names in the metadata of a checkpoint.
enum CheckpointKeys {
  static let config = "config"
  static let data = "data"
  /// Among the numbers of the state.
  static let metricsBytes = "metrics_bytes"
  static let eventsBytes = "events_bytes"
}
