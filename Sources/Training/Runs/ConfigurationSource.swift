import Configuration
import Glibc

/// What a command was given where it reads a configuration: a file with one, the folder of a run, or a model.
package struct ConfigurationSource: Sendable, Equatable {
  package enum Kind: Sendable {
    case configuration
    case run
    case model
  }

  /// As the user named it.
  package let path: String
  package let kind: Kind

  package init(path: String) {
    self.path = path
    var status = stat()
    guard path != "-", stat(path, &status) == 0 else {
      kind = .configuration
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: kind = .run
    case S_IFREG where path.hasSuffix(".safetensors") || Self.isModel(path): kind = .model
    default: kind = .configuration
    }
  }

  /// The configuration's file.
  package var configPath: String { kind == .run ? path + "/config.json" : path }

  /// - Throws: `Failure` if it is a folder without a configuration.
  package func requireConfiguration() throws {
    guard kind == .run, access(configPath, F_OK) != 0 else { return }
    if let finding = CrossValidationFiles.findingAboutFold(path) { throw Failure(finding) }
    throw Failure(
      Diagnostic(
        .error, .unreadable, code: "no-run",
        "'\(path)' is a folder without a config.json, so it is no run",
        help: "name the folder of a run, a configuration or a model"))
  }

  private static func isModel(_ path: String) -> Bool {
    guard let file = fopen(path, "re") else { return false }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 1, count: 9)
    guard fread(&bytes, 1, bytes.count, file) == bytes.count else { return false }
    return SafetensorsHeader.begins(bytes)
  }
}
