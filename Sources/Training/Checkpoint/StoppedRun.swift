import Configuration
import Numerics

/// A run that was stopped, planned anew and ready to go on.
package struct StoppedRun {
  package let directory: RunDirectory
  package let plan: RunPlan
  /// Where it goes on; `nil` if it has none.
  package let checkpoint: Checkpoint?
  /// What was trained to its end and has no checkpoint to go on from. A run that has neither begins again.
  package let ended: EndedRun?
  /// What is different from here on.
  package let changes: [SettingChange]
  /// Whether the settings are others than those in the folder, or than those of the checkpoint.
  private let isConfigurationNew: Bool
  /// What is worth knowing: of the configuration, and of checkpoints that could not be used.
  package let warnings: [Diagnostic]

  /// Looks at the folder of a run and at its data.
  ///
  /// - Parameters:
  ///   - overrides: settings that are to change, `path=value` each.
  ///   - version: that of this program.
  /// - Throws: `Failure` if the run cannot go on, or not with these settings or this data.
  package init(path: String, overrides: [String], version: String) throws {
    let directory = try RunDirectory(resuming: path)
    self.directory = directory
    let (checkpoint, damage) = try Self.newestCheckpoint(in: directory, version: version)
    self.checkpoint = checkpoint
    let ended = try checkpoint == nil ? EndedRun(in: directory) : nil
    self.ended = ended
    var loaded = try LoadedConfig.read(path: directory.configPath, overrides: overrides)
    loaded.beginsWithCheckpoint = checkpoint != nil || ended != nil
    let (plan, diagnostics) = RunPlan.check(loaded)
    guard let plan else {
      throw Failure(diagnostics.map { directory.tellingHowToName($0, loaded) })
    }
    self.plan = plan
    if let ended { try ended.checkNothingIsLeft(of: plan, loaded, in: directory) }
    let changes = try Self.checkedChanges(of: plan, since: checkpoint, loaded, in: directory)
    self.changes = changes
    isConfigurationNew = !overrides.isEmpty || !changes.isEmpty
    if let checkpoint {
      let pipes = plan.refusalOfPipes
      if !pipes.isEmpty { throw Failure(pipes) }
      let findings = checkpoint.data.changes(
        to: try plan.fingerprint(in: directory.path),
        moved: MovedFile.all(in: plan, of: directory.path, since: checkpoint),
        in: directory.path, since: "run",
        advice:
          "begin a new run with the parameters of this one: --set model.initial_parameters=…")
      if !findings.isEmpty { throw Failure(findings) }
    }
    warnings =
      diagnostics + damage + plan.noteOfRate(changes, at: checkpoint?.iterations ?? 0)
  }

  /// Plans the run of a folder that another rank has taken, to go on with it together.
  ///
  /// - Parameter iterations: of the checkpoint that the other has chosen; `nil` without one.
  /// - Throws: `Failure` if this process cannot read what the other did.
  package static func following(
    path: String, overrides: [String], version: String, iterations: Int?
  ) throws -> (plan: RunPlan, checkpoint: Checkpoint?) {
    let checkpoint = try iterations.map {
      try Checkpoint(
        path: CheckpointFolder(path: path + "/checkpoints").path(ofIteration: $0), version: version)
    }
    var loaded = try LoadedConfig.read(path: path + "/config.json", overrides: overrides)
    loaded.beginsWithCheckpoint = checkpoint != nil
    let (plan, diagnostics) = RunPlan.check(loaded)
    guard let plan else { throw Failure(diagnostics) }
    return (plan, checkpoint)
  }

  /// The newest checkpoint that is whole, and what is wrong with those behind it.
  private static func newestCheckpoint(
    in directory: RunDirectory, version: String
  ) throws -> (Checkpoint?, [Diagnostic]) {
    let folder = directory.checkpoints
    let iterations = try folder.iterations()
    var findings: [Diagnostic] = []
    for (index, iteration) in iterations.enumerated() {
      do {
        return (
          try Checkpoint(path: folder.path(ofIteration: iteration), version: version), findings
        )
      } catch let failure as Failure {
        // What cannot be read now may be whole all the same.
        guard failure.diagnostics.allSatisfy({ $0.category == .data }) else { throw failure }
        let hasNext = index + 1 < iterations.count
        findings += failure.diagnostics.map {
          var finding = $0
          if hasNext {
            finding.severity = .warning
            finding.help = "the run goes on from the checkpoint before it"
          }
          return finding
        }
      }
    }
    if !findings.isEmpty { throw Failure(findings.filter { $0.severity == .error }) }
    return (nil, [])
  }

  /// - Throws: `Failure` with all changes under which it would be another run.
  private static func checkedChanges(
    of plan: RunPlan, since checkpoint: Checkpoint?, _ loaded: LoadedConfig,
    in directory: RunDirectory
  ) throws -> [SettingChange] {
    guard let checkpoint else { return [] }
    func changes(to config: JSONValue) -> [SettingChange] {
      RunConfig.form.changes(
        from: checkpoint.config, to: config,
        resumption: .refused(because: "what was learned so far was learned otherwise"))
    }
    // Another name of a file is as good if the file is the same one, which is looked at afterwards.
    let refusable = changes(
      to: MovedFile.undone(in: plan, of: directory.path, since: checkpoint))
    var findings = refusable.compactMap { change -> Diagnostic? in
      guard case .refused(let reason) = change.resumption else { return nil }
      // Of an object in the folder's file, what the command line gave is what there is to change.
      let given = loaded.document.value(at: change.path)?.overrideLocation
      let place = (given ?? loaded.document.location(of: change.path))?.place
      return Diagnostic(
        .error, .configuration, code: "fixed-setting",
        "'\(change.path)' cannot change from \(change.oldText) to \(change.newText) in a run that goes on: \(reason)",
        at: place,
        help:
          "begin a new run with the parameters of this one: hptrain train \(directory.configPath) --set model.initial_parameters=model.safetensors"
      )
    }
    if plan.iterations < checkpoint.iterations {
      let key = plan.config.training.maxIterations == plan.iterations ? "max_iterations" : "epochs"
      let place = loaded.document.location(of: ConfigPath.root.key("training").key(key))?.place
      findings.append(
        Diagnostic(
          .error, .configuration, code: "too-short",
          "the run has made \(Spelling.count(checkpoint.iterations, "iteration")) already, more than the \(Spelling.grouped(plan.iterations)) that 'training.\(key)' asks for",
          at: place, help: "give more, or leave it as it was"))
    }
    if !findings.isEmpty { throw Failure(LoadedConfig.inTextOrder(findings)) }
    return changes(to: plan.resolvedConfig(in: directory.path))
  }

  /// Brings the folder to where the run goes on: lines of metrics and checkpoints that follow come again.
  ///
  /// - Returns: what is missing.
  package func rewind() throws -> [Diagnostic] {
    if isConfigurationNew { try directory.write(plan) }
    let iteration = checkpoint?.iterations ?? 0
    try directory.checkpoints.removeAll(after: iteration)
    let files = [
      (directory.metrics.file, checkpoint?.metrics), (directory.events, checkpoint?.events),
    ]
    return try files.compactMap { file, end in
      guard let file, try !file.restore(end ?? LogEnd()) else { return nil }
      if file === directory.metrics.file { try file.cutTornLine() }
      return Diagnostic(
        .warning, .data, code: "metrics-missing",
        "'\(file.path)' is shorter than it was at iteration \(Spelling.grouped(iteration)): figures of earlier epochs are gone",
        help: "training goes on all the same")
    }
  }

  /// What `metrics.jsonl` says of settings that are different from here on.
  package var event: JSONValue? {
    guard !changes.isEmpty else { return nil }
    return .object([
      "event": .string("resume"), "iterations": .integer(checkpoint?.iterations ?? 0),
      "changes": .array(
        changes.map {
          .object([
            "path": .string($0.path.description), "old": $0.old ?? .null, "new": $0.new ?? .null,
          ])
        }),
    ])
  }
}

extension SettingChange {
  package var oldText: String { old?.compactText ?? "nothing" }
  package var newText: String { new?.compactText ?? "nothing" }
}

extension RunPlan {
  /// A schedule that counts on the length of the run goes another way once that changes.
  ///
  /// - Parameter iteration: where the run goes on.
  fileprivate func noteOfRate(_ changes: [SettingChange], at iteration: Int) -> [Diagnostic] {
    var before = config.training
    for change in changes {
      switch change.path.description {
      case "training.epochs": before.epochs = change.old?.integer ?? before.epochs
      case "training.max_iterations": before.maxIterations = change.old?.integer
      default: break
      }
    }
    func rate(_ iterations: Int) -> Double {
      config.training.schedule.rate(
        config.training.optimizer.learningRate, iteration: iteration, iterations: iterations,
        iterationsPerEpoch: iterationsPerEpoch)
    }
    let old = rate(RunLength(before, examples: examples).iterations)
    let new = rate(iterations)
    guard old != new else { return [] }
    return [
      Diagnostic(
        .note, .configuration, code: "schedule-stretched",
        "the \(type(of: config.training.schedule).type) schedule now reaches to iteration \(Spelling.grouped(iterations)), so that the learning rate goes on with \(Float(new).text) instead of \(Float(old).text)"
      )
    ]
  }
}
