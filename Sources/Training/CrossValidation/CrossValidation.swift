import Configuration
import Datasets
import Glibc
import Network
import Numerics

/// Trains a model for each fold, one after the other, and saves what comes out of it.
///
/// All folds start with the same seed, so that they differ by their data only.
package struct CrossValidation {
  /// Who watches: a progress bar, a log, a test.
  package struct Observer {
    package var begin: (_ fold: Int, _ plan: RunPlan, _ event: JSONValue) throws -> Void = {
      _, _, _ in
    }
    package var iteration: (_ iterations: Int, _ loss: Double) -> Void = { _, _ in }
    package var epoch: (_ event: JSONValue) throws -> Void = { _ in }
    package var warning: (Diagnostic) -> Void = { _ in }
    /// Who else watches the training of a fold, in a folder of its own.
    package var recorder: (RunPlan, RunDirectory, TrainingLoop) throws -> Recorder? = { _, _, _ in
      nil
    }
    package var end: (CrossValidationResult.Fold, _ event: JSONValue) throws -> Void = { _, _ in }
    /// Asked before each iteration and each fold.
    package var shouldStop: () -> Bool = { false }

    package init() {}
  }

  package struct Recorder {
    package var epoch: (TrainingLoop.Epoch) throws -> Void
    package var end: (TrainingLoop.Outcome) throws -> Void

    package init(
      epoch: @escaping (TrainingLoop.Epoch) throws -> Void,
      end: @escaping (TrainingLoop.Outcome) throws -> Void
    ) {
      self.epoch = epoch
      self.end = end
    }
  }

  private let plan: CrossValidationPlan
  private let directory: RunDirectory
  private let pool: ThreadPool
  /// Of the program, for the model files.
  private let version: String

  package init(
    _ plan: CrossValidationPlan, directory: RunDirectory, pool: ThreadPool, version: String
  ) {
    self.plan = plan
    self.directory = directory
    self.pool = pool
    self.version = version
  }

  /// Trains all folds.
  ///
  /// A fold that diverges does not end it. Whatever ends it, the folds that are done are saved.
  ///
  /// - Throws: `Failure` if something cannot be written, or there is no memory for a fold.
  package func run(_ observer: Observer) throws -> CrossValidationResult {
    let clock = ContinuousClock()
    let start = clock.now
    var result = CrossValidationResult(plan)
    var predictions = plan.answers.map {
      OutOfFoldPredictions($0, target: plan.model.data.encoding.target)
    }
    var failure: (any Error)?
    for fold in plan.folds.indices where failure == nil && !observer.shouldStop() {
      do {
        try train(fold, observer, &result, &predictions)
      } catch {
        failure = error
      }
    }
    try save(result, predictions, after: failure)
    try directory.append(
      result.event(run: directory.path, seconds: (clock.now - start) / .seconds(1)))
    return result
  }

  /// Writes what came out: the figures first, which are small and what all was done for, and elsewhere if need be.
  ///
  /// - Parameter failure: what ended the training.
  /// - Throws: that, and what could not be written.
  private func save(
    _ result: CrossValidationResult, _ predictions: OutOfFoldPredictions?,
    after failure: (any Error)?
  ) throws {
    var findings = (failure as? Failure)?.diagnostics ?? []
    let figures = Array(result.json.prettyText.utf8)
    do {
      try OutputFile.replace(directory.crossValidationPath, with: figures)
    } catch let unwritten as Failure {
      findings += unwritten.diagnostics
      let copy = RescueCopy.write(of: plan.name, ending: CrossValidationFiles.result) {
        try OutputFile.replace($0, with: figures)
      }
      if let copy {
        findings.append(
          RescueCopy.note(
            "figures-elsewhere", "the figures are", in: copy,
            insteadOf: directory.crossValidationPath, run: directory.path))
      }
    }
    if let predictions {
      do {
        try OutputFile.replace(directory.predictionsPath, with: predictions.csv)
      } catch let unwritten as Failure {
        findings += unwritten.diagnostics
      }
    }
    if !findings.isEmpty { throw Failure(findings) }
    if let failure { throw failure }
  }

  /// Trains one fold in a folder of its own.
  private func train(
    _ fold: Int, _ observer: Observer, _ results: inout CrossValidationResult,
    _ predictions: inout OutOfFoldPredictions?
  ) throws {
    let plan = plan.folds[fold]
    let number = fold + 1
    let folder = try RunDirectory(path: directory.folderPath(ofFold: number))
    try observer.begin(number, plan, Events.start(plan).ofFold(number))
    let sets = try plan.data.makeSets()
    let loop = try TrainingLoop(plan, sets: sets, pool: pool)

    let recorder = try observer.recorder(plan, folder, loop)
    var failure: (any Error)?
    var watcher = TrainingLoop.Observer()
    watcher.shouldStop = { observer.shouldStop() || failure != nil }
    watcher.iteration = observer.iteration
    watcher.warning = { found in
      var warning = found
      warning.message = "fold \(number): \(found.message)"
      observer.warning(warning)
    }
    watcher.epoch = { epoch in
      let event = Events.epoch(epoch).ofFold(number)
      do {
        try folder.append(event)
        try recorder?.epoch(epoch)
        try observer.epoch(event)
      } catch {
        // What was learned so far is saved first.
        failure = error
      }
    }
    let outcome = try loop.run(watcher)
    // What was learned counts even if there is no room for the model.
    let result = CrossValidationResult.Fold(
      number: number, counts: plan.data.counts, outcome: outcome)
    results.folds.append(result)
    if predictions != nil, result.isComplete, let set = sets[.validation] {
      loop.predict(set) { example, prediction in
        predictions?.add(
          prediction, for: example, fold: number, names: plan.data.encoding.target.answerNames)
      }
    }

    if outcome.hasModel {
      try TrainedModel.withPieces(
        plan: plan, memory: loop.memory, summary: Events.summary(outcome), version: version
      ) { try OutputFile.replace(folder.modelPath, with: $0) }
    }
    if let failure { throw failure }
    try recorder?.end(outcome)
    if let report = outcome.report {
      try OutputFile.replace(folder.reportPath, with: Array(report.json.prettyText.utf8))
    }
    let event = Events.end(
      outcome, run: folder.path, peakMemoryBytes: ProcessMemory.peakBytes
    ).ofFold(number)
    try folder.append(event)
    try directory.append(event)
    try observer.end(result, event)
  }
}

/// What is in the folder of a cross-validation, by name.
enum CrossValidationFiles {
  /// The folder of the folds, a run each.
  static let folds = "folds"
  static let result = "cross-validation.json"

  /// Whether a folder is that of a cross-validation.
  static func areIn(_ folder: String) -> Bool { access("\(folder)/\(folds)", F_OK) == 0 }

  /// What to say of the folder of a fold where one with a configuration is needed; `nil` if it is none.
  static func findingAboutFold(_ folder: String) -> Diagnostic? {
    let parts = PathArithmetic.absolute(folder).split(separator: "/")
    guard parts.dropLast().last.map(String.init) == folds else { return nil }
    let above =
      folder.hasPrefix("/")
      ? "/" + parts.dropLast(2).joined(separator: "/") : PathArithmetic.shown(folder + "/../..")
    let run = above.isEmpty ? "." : above
    guard access("\(run)/config.json", F_OK) == 0 else { return nil }
    return Diagnostic(
      .error, .unreadable, code: "no-run",
      "'\(folder)' is a fold of the cross-validation '\(run)', and has no configuration of its own: its examples are no file",
      help:
        "'\(run)' has the settings, 'hptrain runs \(run)/\(folds)' lists the figures of all folds, and 'hptrain evaluate \(folder) …' tries the model on other data"
    )
  }
}

extension RunDirectory {
  package var crossValidationPath: String { path + "/" + CrossValidationFiles.result }
  /// The predictions of the models of all folds.
  package var predictionsPath: String { path + "/predictions.csv" }

  /// - Parameter number: from 1.
  package func folderPath(ofFold number: Int) -> String {
    "\(path)/\(CrossValidationFiles.folds)/\(number)"
  }
}

extension TrainingLoop {
  /// The answers for all examples of a set, in the order in which its figures are gathered.
  fileprivate func predict(_ set: ExampleSet, _ body: (Int32, Prediction) -> Void) {
    let (link, target) = (type(of: plan.loss).link, plan.data.encoding.target)
    let width = plan.network.output.shape.count
    let outputs = memory.value(plan.network.output)
    _ = evaluate(set) { batch in
      for (row, example) in batch.rows.enumerated() {
        body(
          example,
          Prediction(outputs: outputs + row * width, count: width, link: link, target: target))
      }
    }
  }
}

extension JSONValue {
  /// An event with the number of its fold behind its kind.
  fileprivate func ofFold(_ number: Int) -> JSONValue {
    var members = members ?? []
    members.insert(JSONMember("fold", .integer(number)), at: min(1, members.count))
    return .object(members)
  }
}
