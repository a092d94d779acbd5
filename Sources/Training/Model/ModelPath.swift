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
    let model = of(path)
    if model != path, access(model, F_OK) != 0, errno == ENOENT,
      let finding = MissingModel.finding(of: path)
    {
      throw Failure(finding)
    }
    return model
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
