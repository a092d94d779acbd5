import Configuration
import Glibc

/// The folder of one run: the resolved configuration, the metrics of each epoch, the checkpoints, the model,
/// and for classes the report. A new run always has a new folder; what an earlier run wrote stays.
///
/// While a process works on the run, no other one can.
package final class RunDirectory {
  package let path: String
  package let metrics: MetricsLog
  /// What TensorBoard reads; `nil` for runs that write nothing for it.
  package private(set) var events: AppendedFile?
  /// Whether this process made the folder.
  private let isNew: Bool

  package var configPath: String { path + "/config.json" }
  package var reportPath: String { path + "/report.json" }
  package var modelPath: String { path + "/model.safetensors" }
  var checkpoints: CheckpointFolder { CheckpointFolder(path: path + "/checkpoints") }

  /// TensorBoard looks at files that are called so.
  package static let eventsName = "events.out.tfevents.hptrain"

  /// Opens the file for TensorBoard, or makes it.
  package func openEvents() throws -> AppendedFile {
    let file = try AppendedFile(path: path + "/" + Self.eventsName)
    events = file
    return file
  }

  private static func metricsPath(_ path: String) -> String { path + "/metrics.jsonl" }

  /// Makes the folder `path`, which must not exist.
  package init(path: String) throws {
    let path = PathArithmetic.withoutSlash(path)
    guard try Self.make(path) else {
      throw Failure(
        Diagnostic(
          .error, .cannotCreate, code: "run-exists",
          "'\(path)' exists already, and a run is never overwritten",
          help: "choose another --output, or leave it out to have the run numbered"
            + (access(path + "/config.json", F_OK) == 0
              ? "; to go on with it: --resume \(path)" : "")))
    }
    self.path = path
    metrics = try Self.makeMetrics(path)
    isNew = true
  }

  /// Makes the first folder of `name`, `name-2`, `name-3`, … that does not exist yet.
  package init(in folder: String, name: String) throws {
    let name = String(name.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
    var number = 1
    while true {
      let candidate = "\(folder)/\(name)" + (number == 1 ? "" : "-\(number)")
      if try Self.make(candidate) {
        path = candidate
        metrics = try Self.makeMetrics(candidate)
        isNew = true
        return
      }
      number += 1
    }
  }

  /// Takes the folder of a run that was stopped.
  ///
  /// - Throws: `Failure` if it is no such folder, or another process works on the run.
  package init(resuming path: String) throws {
    let path = PathArithmetic.withoutSlash(path)
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw Failure(
        Diagnostic(
          .error, .unreadable, code: "no-run",
          "there is no run '\(path)': \(String(cString: strerror(errno)))"))
    }
    guard status.st_mode & S_IFMT == S_IFDIR, access(path + "/config.json", F_OK) == 0 else {
      if let finding = CrossValidationFiles.findingAboutFold(path) { throw Failure(finding) }
      throw Failure(
        Diagnostic(
          .error, .unreadable, code: "no-run",
          "'\(path)' is not the folder of a run: there is no config.json in it",
          help: "name the folder that 'hptrain train' made, such as runs/iris"))
    }
    guard !CrossValidationFiles.areIn(path) else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "no-run",
          "'\(path)' is the folder of a cross-validation, which does not go on once it was stopped",
          help: "begin it again: hptrain train \(path)/config.json --folds …"))
    }
    self.path = path
    metrics = try MetricsLog(path: Self.metricsPath(path))
    isNew = false
    checkpoints.removeUnfinished()
    for name in FolderListing.names(in: path) where name.hasSuffix(OutputFile.temporaryEnding) {
      unlink("\(path)/\(name)")
    }
  }

  /// Writes the resolved configuration of the run; a new one that cannot be written is discarded.
  package func write(_ plan: RunPlan) throws {
    do {
      try OutputFile.replace(
        configPath, with: Array(plan.resolvedConfig(in: path).prettyText.utf8))
    } catch {
      discard()
      throw error
    }
  }

  /// Removes the folder of a new run that did not begin, so that the same command can be given again.
  package func discard() {
    guard isNew else { return }
    unlink(configPath)
    Self.remove(path)
  }

  /// Makes the first file of a folder that was just made, or takes the folder away again.
  private static func makeMetrics(_ path: String) throws -> MetricsLog {
    do {
      return try MetricsLog(path: metricsPath(path))
    } catch {
      remove(path)
      throw error
    }
  }

  /// Removes a folder in which nothing was begun.
  private static func remove(_ path: String) {
    unlink(metricsPath(path))
    rmdir(path)
  }

  /// Adds one line to the metrics file.
  package func append(_ event: JSONValue) throws { try metrics.append(event.compactText) }

  /// Makes a folder and those around it, and brings their names to the disk.
  ///
  /// - Returns: false if it exists already.
  private static func make(_ path: String) throws -> Bool {
    try OutputFile.makeFolders(around: path)
    guard mkdir(path, 0o755) == 0 else {
      guard errno == EEXIST else { throw OutputFile.failure(.cannotCreate, "create", path) }
      return false
    }
    do {
      try OutputFile.synchronizeFolder(of: path)
    } catch {
      rmdir(path)
      throw error
    }
    return true
  }
}
