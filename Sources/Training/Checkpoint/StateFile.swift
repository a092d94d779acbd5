import Configuration
import Datasets

/// A safetensors file whose tensors are the arrays of a `StateArchive`, and whose metadata holds its numbers
/// and a checksum.
struct StateFile {
  let path: String
  let state: JSONValue
  private let file: Safetensors

  /// Reads a file and checks that it is whole.
  ///
  /// - Throws: `Failure` if it is damaged, of another format, or not one of this version of the program.
  init(path: String, format: String, version: String) throws {
    self.path = path
    file = try Safetensors(
      FileBytes(path: path, compression: .keep), types: [.float, .word],
      noun: Safetensors.checkpointNoun)
    guard file.metadata[Keys.format] == format,
      let checksum = file.metadata[SafetensorsChecksum.key],
      SafetensorsChecksum.fletcher.matches(checksum)
    else { throw Self.failure(path, "hptrain did not write it, or it was changed") }
    let writer = file.metadata[Keys.version] ?? ""
    guard writer == version else {
      throw Self.failure(
        path, "hptrain \(writer) wrote it, and this is hptrain \(version)",
        help:
          "a run goes on bit for bit with the version that began it; for a new run with its parameters: --set model.initial_parameters=…"
      )
    }
    state = try Self.json(Keys.state, of: file, path)
  }

  /// Epochs that ended.
  var epochs: Int { state["epochs"]?.integer ?? 0 }

  /// A value of the metadata.
  ///
  /// - Throws: `Failure` if it is missing or no JSON.
  func json(_ key: String) throws -> JSONValue { try Self.json(key, of: file, path) }

  private static func json(_ key: String, of file: Safetensors, _ path: String) throws -> JSONValue
  {
    guard let text = file.metadata[key] else {
      throw failure(path, "its metadata lacks '\(key)'")
    }
    let parsed = JSONParser.parse(SourceText(name: path, text))
    guard parsed.diagnostics.isEmpty else { throw failure(path, "its '\(key)' cannot be read") }
    return parsed.value
  }

  /// Puts the values back.
  var archive: StateArchive { archive(state) }

  /// Puts the arrays back, and other numbers.
  func archive(_ state: JSONValue) -> StateArchive { StateArchive(restoring: file, state: state) }

  func failure(_ message: String) -> Failure { Self.failure(path, message) }

  private static func failure(_ path: String, _ message: String, help: String? = nil) -> Failure {
    Failure(
      Diagnostic(
        .error, .data, code: "checkpoint", "'\(path)' is no valid checkpoint: \(message)",
        help: help))
  }

  /// What has to stand in the metadata beside the state.
  static func metadata(format: String, version: String) -> [JSONMember] {
    [JSONMember(Keys.format, .string(format)), JSONMember(Keys.version, .string(version))]
  }

  /// The state in the metadata.
  static func metadata(of archive: StateArchive) -> JSONMember {
    JSONMember(Keys.state, .string(archive.state.compactText))
  }

  private enum Keys {
    static let format = "format"
    static let version = "hptrain_version"
    static let state = "state"
  }
}
