import Glibc

/// Where the model is that a command was given.
enum ModelPath {
  /// A model file as it is; for the folder of a run, the model in it.
  static func resolve(_ path: String) -> String {
    var status = stat()
    let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    return isFolder ? path + "/model.safetensors" : path
  }
}
