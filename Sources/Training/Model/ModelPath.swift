import Configuration
import Datasets
import Glibc

/// Where the model is that a command or a configuration names.
package enum ModelPath {
  /// A model file as it is; for the folder of a run, the model in it.
  package static func of(_ path: String) -> String {
    var status = stat()
    let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    return isFolder ? path + "/model.safetensors" : path
  }

  /// The same, to read it.
  ///
  /// - Throws: `Failure` if it is a run that has no model.
  package static func resolve(_ path: String) throws -> String {
    guard !path.isEmpty, path != "-" else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "usage",
          path.isEmpty
            ? "the path of the model is empty" : "a model is not read from standard input",
          help: path.isEmpty
            ? "the variable of the shell that holds it may not be set"
            : "name its file, or the folder of its run"))
    }
    let model = of(path)
    if model != path, access(model, F_OK) != 0, errno == ENOENT,
      let finding = MissingModel.finding(of: path)
    {
      throw Failure(finding)
    }
    if let finding = otherKind(model) { throw Failure(finding) }
    return model
  }

  /// What to say of files that are often given for a model. Behind the length of a header its first brace follows.
  private static func otherKind(_ path: String) -> Diagnostic? {
    var status = stat()
    // What is read here of a pipe would be gone.
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let start = FileStart.of(path, count: 9)
    guard start.count == 9 else { return nil }
    func finding(_ kind: String, help: String) -> Diagnostic {
      Diagnostic(
        .error, .data, code: "model-format", "'\(path)' is no valid model: it is \(kind)",
        help: help)
    }
    if start.starts(with: [0x1F, 0x8B, 0x08]), start[8] != UInt8(ascii: "{") {
      let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : "model.safetensors"
      return finding(
        "compressed by gzip",
        help: "unpack it first: gzip -dc \(ShellWord.quoted(path)) > \(ShellWord.quoted(plain))")
    }
    // Lengths end in zeros, and texts have none.
    guard start[0] == UInt8(ascii: "{"), start[7] != 0 else { return nil }
    return finding(
      "a JSON text, as configurations are",
      help: "a model is a .safetensors file that 'hptrain train' wrote")
  }

  /// The folder of a run, which may be named by the model in it.
  package static func run(_ path: String) -> String {
    let name = "model.safetensors"
    guard path == name || path.hasSuffix("/" + name) else { return path }
    let folder = path == name ? "." : String(path.dropLast(name.count + 1))
    return access(folder + "/config.json", F_OK) == 0 ? folder : path
  }

  /// Whether a file says of itself that it is a model, or the checkpoint of a run, whatever else is true of it.
  package static func isTrained(_ path: String) -> Bool {
    guard FileIdentity(path: path) != nil,
      let file = try? FileBytes(path: path, compression: .keep)
    else { return false }
    let format = file.withBytes { SafetensorsHeader.format(of: $0) }
    return format == TrainedModel.formatName || format == Checkpoint.formatName
  }
}
