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
  var configPath: String { kind == .run ? path + "/config.json" : path }

  private static func isModel(_ path: String) -> Bool {
    guard let file = fopen(path, "re") else { return false }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 1, count: 9)
    guard fread(&bytes, 1, bytes.count, file) == bytes.count else { return false }
    return SafetensorsHeader.begins(bytes)
  }
}
