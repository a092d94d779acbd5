import Configuration
import Datasets
import Glibc

/// What is read but is no file that could be read again: standard input, and what a shell makes of `<(command)`.
enum PipedInput {
  /// Whether a path is a number of an open file, as `/dev/fd/63`, rather than a name.
  static func isDescriptor(_ path: String) -> Bool {
    if ["-", "/dev/stdin"].contains(path) { return true }
    let parts = path.split(separator: "/")
    guard path.hasPrefix("/"), let number = parts.last, Int(number) != nil else { return false }
    return parts.dropLast().joined(separator: "/") == "dev/fd"
      || parts.count == 4 && parts[0] == "proc" && parts[2] == "fd"
  }

  /// Whether a configuration comes out of a pipe or from an open file, so that nothing lies beside it.
  static func isPiped(_ path: String) -> Bool {
    if isDescriptor(path) { return true }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }
}

extension LoadedConfig {
  /// - Throws: `Failure` if data is to come from standard input, which is taken for no file.
  func checkNoDataIsStandardInput() throws {
    guard config.dataPaths.contains("-") else { return }
    let section = ConfigPath.root.key("data")
    var location: Location?
    for part in Part.allCases where location == nil {
      let path = section.key(part.rawValue)
      let nodes = document.value(at: path)?.nodes(under: path) ?? []
      location = nodes.first { $0.value.string == "-" }?.value.location
    }
    throw Failure(
      Diagnostic(
        .error, .configuration, code: "standard-input",
        "training does not read data from standard input", at: location?.place,
        help:
          "write it to a file and name that; for a run that need not go on once it was stopped, bash makes a path of a command: --set data.train=<(…)"
      ))
  }
}

extension RunPlan {
  /// Says why a run does not go on from a checkpoint with data out of a pipe.
  var refusalOfPipes: [Diagnostic] {
    pipes.map {
      Diagnostic(
        .error, .data, code: "piped-data",
        "'\($0)' is no regular file, and nothing tells whether it gives the data that the run began with",
        help:
          "begin a new run with the parameters of this one: --set model.initial_parameters=…")
    }
  }

  private var pipes: [String] {
    config.dataPaths.map { DataContext.resolve($0, in: baseDirectory) }.filter { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    }
  }

  /// Says that a run cannot go on once it was stopped since its data comes out of a pipe; none where it writes no
  /// checkpoints to go on from.
  package var warningsOfPipes: [Diagnostic] {
    guard config.training.checkpoint.keep > 0 else { return [] }
    return pipes.map {
      Diagnostic(
        .warning, .data, code: "piped-data",
        "'\($0)' is no regular file, and nothing gives its data again: the run cannot go on from its checkpoints",
        help:
          "write the data to a file and name that, or write no checkpoints: --set training.checkpoint.keep=0"
      )
    }
  }
}
