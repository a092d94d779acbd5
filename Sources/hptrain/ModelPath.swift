import Configuration
import Glibc
import Training

/// Where the model is that a command was given.
enum ModelPath {
  /// A model file as it is; for the folder of a run, the model in it.
  static func of(_ path: String) -> String {
    var status = stat()
    let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    return isFolder ? path + "/model.safetensors" : path
  }

  /// The same, to read it.
  ///
  /// - Throws: `Failure` if it is a run that has no model.
  static func resolve(_ path: String) throws -> String {
    let model = of(path)
    if model != path, access(model, F_OK) != 0, errno == ENOENT,
      let finding = MissingModel.finding(of: path)
    {
      throw Failure(finding)
    }
    return model
  }
}
