import Configuration
import Datasets
import Glibc

extension RunConfig {
  /// The same configuration with other paths.
  func mappingPaths(_ transform: (String) -> String) -> RunConfig {
    var config = self
    config.data?.mapPaths(transform)
    if let path = model?.initialParameters?.file {
      config.model?.initialParameters?.file = transform(path)
    }
    return config
  }

  /// The files that the data section names, one for each place in which one stands.
  var dataPaths: [String] {
    var paths: [String] = []
    var data = data
    data?.mapPaths {
      paths.append($0)
      return $0
    }
    return paths
  }
}

extension RunPlan {
  /// The configuration for a model file, with the names of files but not their folders: the same
  /// run gives the same bytes wherever its configuration lies.
  var portableConfig: RunConfig {
    config.mappingPaths { path in
      path.split(separator: "/").last.map { String($0) } ?? path
    }
  }

  /// The resolved configuration for a folder: paths lead from there to the data, so that it can be trained
  /// again as it stands.
  package func resolvedConfig(in folder: String) -> JSONValue {
    config.mappingPaths { path(from: folder, to: $0) }.json
  }

  /// The files of the data, by paths that lead there from the working directory.
  package var dataPaths: [String] {
    config.dataPaths.map { DataContext.resolve($0, in: baseDirectory) }
  }

  /// A path of the configuration as the folder of a run has it.
  func path(from folder: String, to path: String) -> String {
    if path.hasPrefix("/") { return path }
    return PathArithmetic.relative(
      PathArithmetic.absolute(DataContext.resolve(path, in: baseDirectory)),
      to: PathArithmetic.absolute(folder))
  }

  /// What the files of the data are now, by the names that the folder of a run has for them.
  func fingerprint(in folder: String) throws -> DataFingerprint {
    try DataFingerprint(
      config.dataPaths.map {
        (name: path(from: folder, to: $0), path: DataContext.resolve($0, in: baseDirectory))
      })
  }
}

/// Paths as texts; links are not followed.
package enum PathArithmetic {
  /// As shells complete the names of folders, slashes may stand behind them.
  package static func withoutSlash(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// The path from the root, without `.` and `..`.
  static func absolute(_ path: String) -> String {
    var parts: [Substring] = []
    let start = path.hasPrefix("/") ? path : currentDirectory + "/" + path
    for part in start.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The way from one absolute folder to an absolute path.
  static func relative(_ path: String, to folder: String) -> String {
    let target = path.split(separator: "/")
    let start = folder.split(separator: "/")
    let shared = zip(target, start).prefix { $0 == $1 }.count
    // A way over the root says less than the path itself.
    guard shared > 0 else { return path }
    return (start.dropFirst(shared).map { _ in ".." } + target.dropFirst(shared))
      .joined(separator: "/")
  }

  /// A path as it is best shown: from the working directory, without detours.
  static func shown(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    return relative(absolute(path), to: currentDirectory)
  }

  private static var currentDirectory: String {
    guard let path = getcwd(nil, 0) else { return "" }
    defer { free(path) }
    return String(cString: path)
  }
}
