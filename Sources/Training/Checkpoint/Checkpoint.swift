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
  /// The end of the file of metrics.
  let metrics: LogEnd
  /// The end of the file for TensorBoard, one without bytes for a run that wrote none.
  let events: LogEnd

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
    guard let iterations = state["iterations"]?.integer, iterations >= 0 else {
      throw file.failure("its numbers contradict each other")
    }
    self.iterations = iterations
    // Files are cut to these lengths before anything else of the state is looked at.
    var archive = file.archive
    let (metrics, events) = (
      LogTail(of: CheckpointKeys.metrics), LogTail(of: CheckpointKeys.events)
    )
    metrics.exchange(&archive)
    if state[CheckpointKeys.events + "_bytes"] != nil { events.exchange(&archive) }
    (self.metrics, self.events) = (metrics.end, events.end)
    if let problem = archive.problem { throw file.failure(problem) }
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
  /// The files whose ends are among the values of the state.
  static let metrics = "metrics"
  static let events = "events"
}
