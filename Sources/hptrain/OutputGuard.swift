import ArgumentParser
import Configuration
import Training

/// Sees to it that what a command writes replaces nothing that is still needed.
enum OutputGuard {
  /// - Parameters:
  ///   - outputs: the files to write.
  ///   - inputs: those that the command reads.
  ///   - help: names another output.
  /// - Throws: `Failure` if an output is one of the inputs, by whatever path.
  static func check(_ outputs: [String], against inputs: [String], help: String) throws {
    let read = Set(inputs.compactMap { FileIdentity(path: $0) })
    let conflict = outputs.first { FileIdentity(path: $0).map(read.contains) ?? false }
    guard let conflict else { return }
    throw Failure(
      Diagnostic(
        .error, .cannotCreate, code: "output-is-input",
        "'\(conflict)' is what is read, and would be replaced", help: help))
  }

  /// - Throws: `ValidationError` for what means standard output elsewhere, where a model is no text.
  static func checkIsName(_ output: String) throws {
    guard output == "-" else { return }
    throw ValidationError(
      "--output is a name here; for a file that is called '-' write ./-, for standard output /dev/stdout"
    )
  }

  /// - Throws: `Failure` if an output is there and is what a training has made.
  static func checkForModels(_ outputs: [String], help: String) throws {
    guard let model = outputs.first(where: ModelPath.isTrained) else { return }
    throw Failure(
      Diagnostic(
        .error, .cannotCreate, code: "file-exists",
        "'\(model)' exists, and is a model of hptrain that would be replaced", help: help))
  }
}
