import Configuration
import Glibc

/// The folder of one run: the resolved configuration, the metrics of each epoch, the model, and for
/// classes the report. It is always a new folder; what an earlier run wrote stays.
package final class RunDirectory {
  package let path: String
  private let metrics: Int32

  package var configPath: String { path + "/config.json" }
  package var metricsPath: String { path + "/metrics.jsonl" }
  package var reportPath: String { path + "/report.json" }
  package var modelPath: String { path + "/model.safetensors" }

  /// Makes the folder `path`, which must not exist.
  package init(path: String) throws {
    guard try Self.make(path) else {
      throw Failure(
        Diagnostic(
          .error, .cannotCreate, code: "run-exists",
          "'\(path)' exists already, and a run is never overwritten",
          help: "choose another --output, or leave it out to have the run numbered"))
    }
    self.path = path
    metrics = try Self.openMetrics(path)
  }

  /// Makes the first folder of `name`, `name-2`, `name-3`, … that does not exist yet.
  package init(in folder: String, name: String) throws {
    let name = String(name.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
    var number = 1
    while true {
      let candidate = "\(folder)/\(name)" + (number == 1 ? "" : "-\(number)")
      if try Self.make(candidate) {
        path = candidate
        metrics = try Self.openMetrics(candidate)
        return
      }
      number += 1
    }
  }

  deinit {
    close(metrics)
  }

  /// Adds one line to the metrics file.
  package func append(_ event: JSONValue) throws {
    try OutputFile.write(
      Array((event.compactText + "\n").utf8), to: metrics, path: metricsPath)
  }

  /// - Returns: false if it exists already.
  private static func make(_ path: String) throws -> Bool {
    var parent = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      parent += part + "/"
      if parent != "/", mkdir(parent, 0o755) != 0, errno != EEXIST, errno != EISDIR {
        throw OutputFile.failure(.cannotCreate, "create", parent)
      }
    }
    if mkdir(path, 0o755) == 0 { return true }
    guard errno == EEXIST else { throw OutputFile.failure(.cannotCreate, "create", path) }
    return false
  }

  private static func openMetrics(_ folder: String) throws -> Int32 {
    let path = folder + "/metrics.jsonl"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw OutputFile.failure(.cannotCreate, "create", path) }
    return descriptor
  }
}
