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
  package var iterations: Int { file.state["iterations"]?.integer ?? 0 }
  /// How long the file for TensorBoard was.
  var eventsBytes: Int { file.state[CheckpointKeys.eventsBytes]?.integer ?? 0 }
  /// How long the file of metrics was.
  var metricsBytes: Int { file.state[CheckpointKeys.metricsBytes]?.integer ?? 0 }

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
