import Configuration
import Numerics

/// Writes checkpoints of a run when they are due, and keeps the newest.
package final class Checkpointer {
  private let config: CheckpointConfig
  private let folder: CheckpointFolder
  private let newest: NewestCheckpoints
  /// Files that grow beside the checkpoints, and what a checkpoint holds of them.
  private let logs: [(file: AppendedFile, tail: LogTail)]
  private let metadata: [JSONMember]
  private let report: (Diagnostic) -> Void
  private let writer: CheckpointWriter
  private var pace: CheckpointPace
  /// The iteration of the newest checkpoint, written, on its way or failed.
  private var last: Int
  /// What training lost by the one on its way, without the time of the thread that writes.
  private var blockedSeconds = 0.0
  private var hasFailed = false
  /// Whether the newest checkpoint, which the run goes on from, has other settings.
  private var isOutdated: Bool
  /// Open once there is something to write.
  private var openFolder: OpenFolder?

  /// - Parameters:
  ///   - iterations: where the run begins or goes on.
  ///   - isChanged: whether it goes on with other settings than the checkpoint has.
  ///   - report: told what could not be written; training goes on all the same.
  package init(
    _ plan: RunPlan, directory: RunDirectory, version: String, pool: ThreadPool, iterations: Int,
    isChanged: Bool = false, report: @escaping (Diagnostic) -> Void
  ) throws {
    config = plan.config.training.checkpoint
    folder = directory.checkpoints
    newest = NewestCheckpoints(
      in: directory.checkpoints, count: plan.config.training.checkpoint.keep)
    logs =
      [(directory.metrics.file, LogTail(of: CheckpointKeys.metrics))]
      + (directory.events.map { [($0, LogTail(of: CheckpointKeys.events))] } ?? [])
    metadata =
      StateFile.metadata(format: Checkpoint.formatName, version: version) + [
        JSONMember(
          CheckpointKeys.config, .string(plan.resolvedConfig(in: directory.path).compactText)),
        JSONMember(
          CheckpointKeys.data, .string(try plan.fingerprint(in: directory.path).json.compactText)),
      ]
    self.report = report
    writer = CheckpointWriter(pool: pool)
    pace = CheckpointPace(interval: config.everySeconds, bytes: plan.checkpointBytes)
    last = iterations
    isOutdated = isChanged
  }

  /// Whether a checkpoint is to be written now.
  ///
  /// - Parameter epochs: how many ended, right behind one.
  func isDue(iterations: Int, epochs: Int? = nil) -> Bool {
    guard config.keep > 0, iterations > last else { return false }
    if let every = config.everyIterations, iterations / every > last / every { return true }
    if let epochs, let every = config.everyEpochs, epochs % every == 0 { return true }
    // What the last one took is known once it is on the disk.
    guard pace.isDue(.now), !writer.isBusy else { return false }
    settle()
    return pace.isDue(.now)
  }

  /// Begins to write a checkpoint, unless the newest is that of this iteration with these settings.
  func save(iterations: Int, _ exchange: (inout StateArchive) -> Void) {
    guard config.keep > 0 else { return }
    // One that failed is tried again, as at the end of the run.
    settle()
    guard iterations != last || hasFailed || isOutdated else { return }
    let start = ContinuousClock.now
    let target: OpenFolder
    do {
      // What is not in the file of metrics would be missing in a run that goes on from here.
      for log in logs { try log.file.flush() }
      // Whoever removes the folder to have room loses what is in it, and not what comes.
      if !folder.exists { openFolder = nil }
      target = try openFolder ?? folder.make()
      openFolder = target
    } catch {
      pace.began(.now)
      return fail(error)
    }
    var archive = StateArchive()
    exchange(&archive)
    var synchronizations: [AppendedFile.Synchronization] = []
    for log in logs {
      if log.file.tail == nil { synchronizations.append(log.file.beginSynchronization()) }
      log.tail.take(log.file.tail ?? [], length: log.file.length)
      log.tail.exchange(&archive)
    }
    let newest = newest
    let before = synchronizations
    writer.write(
      to: folder.path(ofIteration: iterations), temporary: folder.spare, in: target,
      metadata: metadata + [StateFile.metadata(of: archive)], tensors: archive.tensors,
      before: { for synchronization in before { try synchronization.run() } },
      after: { newest.add(iterations) })
    last = iterations
    isOutdated = false
    blockedSeconds = (ContinuousClock.now - start) / .seconds(1)
    pace.began(.now)
  }

  /// Waits until the checkpoint on its way is on the disk, or could not be brought there.
  package func wait() { settle() }

  /// Ends the work on checkpoints, the one on its way included.
  ///
  /// - Returns: whether the newest state is on the disk.
  package func finish() -> Bool {
    settle()
    folder.removeUnfinished()
    guard config.keep > 0, !hasFailed else { return !hasFailed }
    do {
      for log in logs where log.file.tail != [] { try log.file.beginSynchronization().run() }
    } catch { fail(error) }
    return !hasFailed
  }

  /// Takes notice of how the last one went.
  private func settle() {
    let (failure, seconds) = writer.wait()
    guard blockedSeconds > 0 || failure != nil else { return }
    pace.ended(seconds: blockedSeconds + seconds)
    blockedSeconds = 0
    if let failure {
      for log in logs { log.file.synchronizationFailed() }
      return fail(failure)
    }
    hasFailed = false
  }

  private func fail(_ error: any Error) {
    defer { hasFailed = true }
    // Told once, and again only after it went well in between.
    guard !hasFailed else { return }
    let findings = (error as? Failure)?.diagnostics ?? []
    for finding in findings {
      var warning = finding
      warning.severity = .warning
      warning.help = "it is tried again, and what was written before stays"
      report(warning)
    }
  }
}
