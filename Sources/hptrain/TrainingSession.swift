import Configuration
import Glibc
import Interchange
import Numerics
import Ranks
import Training

/// The work of one process on a run: training, and all that is told and written meanwhile.
///
/// What cannot be written is told once; training goes on, since its time is worth more than a line in a file.
/// At the end everything is tried again.
final class TrainingSession {
  private let plan: RunPlan
  private let directory: RunDirectory
  private let loop: TrainingLoop
  private let checkpointer: Checkpointer
  private let reporter: TrainingReporter
  private let ranks: any Communicator
  /// What is told to TensorBoard, where that is wanted.
  private let events: RunEvents?
  /// The files, and standard output, that could not be written; what went well later is taken out.
  private var unwritten: [String: Failure] = [:]
  private var model: ModelPace
  /// The iterations that were made before, if nothing was changed since.
  private let iterationsBefore: Int?

  /// - Parameters:
  ///   - checkpoint: where the run goes on; `nil` if it begins.
  ///   - isChanged: whether it goes on with other settings.
  ///   - keepsModel: whether a model that is there stays if nothing is left to do.
  ///   - ranks: those who train with this process, which is the first of them.
  init(
    _ plan: RunPlan, directory: RunDirectory, checkpoint: Checkpoint?, isChanged: Bool = false,
    keepsModel: Bool = true, pool: ThreadPool, reporter: TrainingReporter, ranks: any Communicator
  ) throws {
    self.ranks = ranks
    self.plan = plan
    self.directory = directory
    self.reporter = reporter
    loop = try TrainingLoop(plan, sets: try plan.data.makeSets(), pool: pool, ranks: ranks)
    if let checkpoint { try loop.restore(checkpoint) }
    events =
      plan.config.output.tensorboard ? RunEvents(try directory.openEvents(), plan) : nil
    checkpointer = try Checkpointer(
      plan, directory: directory, version: Hptrain.version, pool: pool,
      iterations: loop.iterations, isChanged: isChanged, report: { Console.show([$0]) })
    model = ModelPace(bytes: loop.memory.model.count * MemoryLayout<Float>.stride)
    iterationsBefore = keepsModel ? checkpoint?.iterations : nil
  }

  /// Trains to the end, or until a signal comes.
  ///
  /// - Parameter begin: tells who reads what the run is.
  /// - Returns: how the process ends.
  /// - Throws: `Failure` if in the end something is not written.
  func run(_ begin: () throws -> Void) throws -> ExitStatus {
    // Until here there is nothing to save, and reading a large table can take minutes: a signal ends the process at once.
    Interruption.install()
    tell(begin)
    recordForTensorBoard { try $0.begin() }
    var observer = TrainingLoop.Observer()
    observer.shouldStop = { Interruption.isWanted }
    observer.iteration = { [self] in
      reporter.iteration($0, loss: $1)
      keepModel()
    }
    observer.epoch = { [self] epoch in
      let event = Events.epoch(epoch)
      record(event)
      recordForTensorBoard { try $0.epoch(epoch, loop.memory) }
      tell { try reporter.epoch(epoch, event) }
      if epoch.isBest { model.changed() }
      keepModel()
    }
    observer.warning = { [self] warning in
      guard !reporter.isQuiet else { return }
      tell { try show([warning], reporter.format) }
    }
    let outcome = try ranks.orEndingJob(reporter.format) {
      try loop.run(observer, checkpointer: checkpointer)
    }
    return try ranks.together { try finish(outcome) }
  }

  /// Writes and tells what came out.
  private func finish(_ outcome: TrainingLoop.Outcome) throws -> ExitStatus {
    // A model that says that the run has ended is there no sooner than the checkpoint from which it goes on.
    checkpointer.wait()
    if outcome.hasModel, !isModelThere(outcome) { save(Events.summary(outcome), of: .current) }
    if let report = outcome.report {
      attempt(directory.reportPath) {
        try OutputFile.replace(directory.reportPath, with: Array(report.json.prettyText.utf8))
      }
    }
    let event = Events.end(outcome, run: directory.path, peakMemoryBytes: ProcessMemory.peakBytes)
    record(event)
    recordForTensorBoard { try $0.end(outcome) }
    let isStateWritten = checkpointer.finish()
    let model = placeModel(outcome)
    if unwritten[directory.metrics.path] != nil {
      attempt(directory.metrics.path) { try directory.metrics.flush() }
    }
    tell { try reporter.end(outcome, event, model: model) }
    if outcome.reason == .interrupted { tellHowToGoOn(isStateWritten) }
    if !unwritten.isEmpty { throw failure(model) }
    return isStateWritten ? ExitStatus(outcome.reason) : .writeFailed
  }

  /// Whether the model of a run that had nothing left to do is there already: what was added to it since, such as a
  /// threshold, stays.
  private func isModelThere(_ outcome: TrainingLoop.Outcome) -> Bool {
    guard outcome.iterations == iterationsBefore, access(directory.modelPath, F_OK) == 0,
      let model = try? TrainedModel(path: directory.modelPath, rows: 1)
    else { return false }
    return model.training.isEqual(to: Events.summary(outcome))
      && model.memory.model.elementsEqual(loop.memory.model)
  }

  /// The path at which the model is in the end: another one where it has no room in its place.
  private func placeModel(_ outcome: TrainingLoop.Outcome) -> String? {
    guard outcome.hasModel else { return nil }
    // The checkpoint that would have been written over is gone by now, and may have left room.
    if unwritten[directory.modelPath] != nil { save(Events.summary(outcome), of: .current) }
    return unwritten[directory.modelPath] == nil
      ? directory.modelPath : saveElsewhere(Events.summary(outcome))
  }

  private func tellHowToGoOn(_ isStateWritten: Bool) {
    guard isStateWritten, !reporter.isQuiet, plan.config.training.checkpoint.keep > 0,
      plan.warningsOfPipes.isEmpty
    else { return }
    Console.print("to go on: hptrain train --resume \(ShellWord.quoted(directory.path))")
  }

  // MARK: - Files

  private func record(_ event: JSONValue) {
    attempt(directory.metrics.path) { try directory.append(event) }
  }

  private func recordForTensorBoard(_ body: (RunEvents) throws -> Void) {
    guard let events else { return }
    attempt(events.path) { try body(events) }
  }

  /// Tries to write; the first time that it fails, this is told.
  private func attempt(_ path: String, _ body: () throws -> Void) {
    do {
      try body()
      unwritten[path] = nil
    } catch {
      let failure =
        error as? Failure
        ?? Failure(Diagnostic(.error, .writeFailed, code: "unexpected", "\(error)"))
      if unwritten.updateValue(failure, forKey: path) == nil { warn(failure) }
    }
  }

  private func warn(_ failure: Failure) {
    Console.show(
      failure.diagnostics.map {
        var warning = $0
        warning.severity = .warning
        warning.help = "training goes on, and it is tried again"
        return warning
      })
  }

  /// Tells who reads; once they are gone, nobody is told anything more.
  private func tell(_ body: () throws -> Void) {
    guard unwritten[Self.output] == nil else { return }
    attempt(Self.output, body)
  }

  private static let output = "standard output"

  /// Writes the best model so far every few seconds, so that a process that is killed leaves it.
  private func keepModel() {
    guard model.isDue(.now), let best = loop.bestModel else { return }
    let start = ContinuousClock.now
    save(Events.bestSummary(epoch: best.epoch), of: .best(best.values))
    model.wrote(seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  private func save(_ summary: JSONValue, of source: TrainedModel.Source) {
    attempt(directory.modelPath) {
      try TrainedModel.withPieces(
        plan: plan, memory: loop.memory, source: source, summary: summary, version: Hptrain.version
      ) { try OutputFile.replace(directory.modelPath, with: $0) }
    }
  }

  /// What could not be written to the end.
  ///
  /// - Parameter model: where the model is, if it is anywhere.
  private func failure(_ model: String?) -> Failure {
    var findings = unwritten.sorted { $0.key < $1.key }.flatMap(\.value.diagnostics)
    if let copy = model, copy != directory.modelPath {
      findings.append(
        RescueCopy.note(
          "model-elsewhere", "the model is", in: copy, insteadOf: directory.modelPath,
          run: directory.path))
    }
    return Failure(findings)
  }

  private func saveElsewhere(_ summary: JSONValue) -> String? {
    RescueCopy.write(of: plan.name, ending: "safetensors") { path in
      try TrainedModel.withPieces(
        plan: plan, memory: loop.memory, source: .current, summary: summary,
        version: Hptrain.version
      ) { try OutputFile.replace(path, with: $0) }
    }
  }
}

/// When the best model is written while training: some seconds after it changed, and never so often that it
/// takes more than a hundredth of the time. The first ones come sooner, each after twice the time of the one before, so
/// that a young run has a model to try.
private struct ModelPace {
  private static let interval = 5.0
  private static let firstSeconds = 1.0
  private static let share = 0.01
  /// What is written in a second as long as nothing was measured.
  private static let bytesPerSecond = 1e9
  private let start = ContinuousClock.now
  private var last = ContinuousClock.now
  /// What the last one took.
  private var seconds: Double
  private var hasChanged = false

  /// - Parameter bytes: of the model.
  init(bytes: Int) {
    // However large it is, the first one does not wait longer than the interval.
    seconds = min(Double(bytes) / Self.bytesPerSecond, Self.interval * Self.share)
  }

  mutating func changed() { hasChanged = true }

  func isDue(_ now: ContinuousClock.Instant) -> Bool {
    let age = (last - start) / .seconds(1)
    let wait = min(Self.interval, max(age, Self.firstSeconds))
    return hasChanged && (now - last) / .seconds(1) >= max(wait, seconds / Self.share)
  }

  mutating func wrote(seconds: Double) {
    self.seconds = seconds
    last = .now
    hasChanged = false
  }
}

/// How a process that trained ends.
enum ExitStatus {
  case done
  case diverged
  case interrupted
  case writeFailed

  init(_ reason: TrainingLoop.Reason) {
    switch reason {
    case .completed, .earlyStopping: self = .done
    case .diverged: self = .diverged
    case .interrupted: self = .interrupted
    }
  }
}
