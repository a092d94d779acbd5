import Configuration
import Datasets

/// A file from which a run goes on bit for bit: a safetensors file whose tensors are the arrays of
/// `TrainingLoop.exchange`, and whose metadata holds the numbers, the resolved configuration, what the data
/// was, and a checksum.
package struct Checkpoint {
  static let formatName = "hptrain-checkpoint"

  /// Where it lies.
  package let path: String
  /// The resolved configuration as the folder of the run has it.
  let config: JSONValue
  let data: DataFingerprint
  private let file: Safetensors
  private let state: JSONValue

  /// Iterations that were made.
  package var iterations: Int { state["iterations"]?.integer ?? 0 }
  /// How long the file of metrics was.
  var metricsBytes: Int { state[CheckpointKeys.metricsBytes]?.integer ?? 0 }

  /// Reads a checkpoint and checks that it is whole.
  ///
  /// - Throws: `Failure` if it is damaged, or not one of this version of the program.
  init(path: String, version: String) throws {
    self.path = path
    let file = try Safetensors(
      FileBytes(path: path, compression: .keep), types: [.float, .word],
      noun: "checkpoint")
    func fail(_ message: String, help: String? = nil) -> Failure {
      Failure(
        Diagnostic(
          .error, .data, code: "checkpoint", "'\(path)' is no valid checkpoint: \(message)",
          help: help))
    }
    func json(_ key: String) throws -> JSONValue {
      guard let text = file.metadata[key] else { throw fail("its metadata lacks '\(key)'") }
      let parsed = JSONParser.parse(SourceText(name: path, text))
      guard parsed.diagnostics.isEmpty else { throw fail("its '\(key)' cannot be read") }
      return parsed.value
    }
    guard file.metadata[CheckpointKeys.format] == Self.formatName,
      let checksum = file.metadata[SafetensorsChecksum.key],
      SafetensorsChecksum.fletcher.matches(checksum)
    else { throw fail("hptrain did not write it, or it was changed") }
    let writer = file.metadata[CheckpointKeys.version] ?? ""
    guard writer == version else {
      throw fail(
        "hptrain \(writer) wrote it, and this is hptrain \(version)",
        help:
          "a run goes on bit for bit with the version that began it; for a new run with its parameters: --set model.initial_parameters=…"
      )
    }
    self.file = file
    state = try json(CheckpointKeys.state)
    config = try json(CheckpointKeys.config)
    guard let data = DataFingerprint(try json(CheckpointKeys.data)) else {
      throw fail("its '\(CheckpointKeys.data)' cannot be read")
    }
    self.data = data
  }

  /// Puts the values back.
  var archive: StateArchive { StateArchive(restoring: file, state: state) }

  func failure(_ problem: String) -> Failure {
    Failure(
      Diagnostic(
        .error, .data, code: "checkpoint",
        "'\(path)' is no checkpoint of this configuration: \(problem)"))
  }
}

/// The names in the metadata of a checkpoint.
enum CheckpointKeys {
  static let format = "format"
  static let version = "hptrain_version"
  static let config = "config"
  static let data = "data"
  static let state = "state"
  /// Among the numbers of the state.
  static let metricsBytes = "metrics_bytes"
}
