import Configuration
import Glibc

extension RunPlan {
  /// The text of the resolved configuration for a run's folder: paths lead from there to the data,
  /// so that it can be trained again as it stands.
  ///
  /// - Parameter source: the path of the original configuration, or `-`.
  package func config(for directory: RunDirectory, from source: String) throws -> String {
    var config = config
    let map = { (path: String) in
      if path.hasPrefix("/") { return path }
      let slash = source.lastIndex(of: "/")
      let folder = source == "-" ? "" : slash.map { String(source[...$0]) } ?? ""
      return PathArithmetic.relative(
        PathArithmetic.absolute(folder + path), to: PathArithmetic.absolute(directory.path))
    }
    config.data?.mapPaths(map)
    if let path = config.model?.initialParameters { config.model?.initialParameters = map(path) }
    return config.json.prettyText
  }
}

/// Paths as texts; links are not followed.
enum PathArithmetic {
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

  private static var currentDirectory: String {
    guard let path = getcwd(nil, 0) else { return "" }
    defer { free(path) }
    return String(cString: path)
  }
}
