import Configuration
import Numerics

/// Where a training stands at the end of an epoch, as a file from which another one goes on, perhaps with
/// other hyperparameters.
package enum TrainingState {
  private static let formatName = "hptrain-training"

  /// Writes a file that is there in the whole or not at all.
  ///
  /// - Throws: `Failure` if it cannot be written.
  package static func save(
    _ loop: TrainingLoop, to path: String, version: String, pool: ThreadPool
  ) throws {
    var archive = StateArchive()
    loop.exchange(&archive)
    let writer = CheckpointWriter(pool: pool)
    writer.write(
      to: path, temporary: OutputFile.temporaryPath(for: path),
      in: try OpenFolder(OutputFile.folder(of: path)),
      metadata: StateFile.metadata(format: formatName, version: version) + [
        StateFile.metadata(of: archive)
      ], tensors: archive.tensors, before: {}, after: {})
    if let failure = writer.wait().failure { throw failure }
  }

  /// Looks at a file before a training goes on from it.
  ///
  /// - Throws: `Failure` if there is no such file, it is damaged, or of another version of the program.
  package static func check(_ path: String, version: String) throws {
    _ = try StateFile(path: path, format: formatName, version: version)
  }

  /// Puts a training to where another one stood, whose parameters and optimizer have the same shapes.
  ///
  /// - Throws: `Failure` if there is no such file, it is damaged, or does not fit.
  package static func restore(_ loop: TrainingLoop, from path: String, version: String) throws {
    let file = try StateFile(path: path, format: formatName, version: version)
    guard let problem = loop.takeOver(file) else { return }
    throw file.failure(problem)
  }
}
