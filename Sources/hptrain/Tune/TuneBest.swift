import ArgumentParser
import Configuration
import Training
import Tuning

struct TuneBest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "best",
    abstract: "Prints the settings of the best trial as JSON, or writes a configuration or model.",
    discussion: """
      Of several objectives, each trial of the front has a line of its own, and --trial chooses one for \
      the configuration.

        hptrain tune best studies/iris.db --config iris.json --write-config best.json
        hptrain train best.json

      The trials of a population go on from each other, and the best one leaves a trained model.

        hptrain tune best studies/iris.db --config iris.json --write-model best.safetensors
        hptrain predict best.safetensors new.csv
      """)

  @OptionGroup var study: StudyOptions

  @Option(parsing: .unconditional, help: "This trial instead of the best one.")
  var trial: Int?

  @Option(
    help: ArgumentHelp("The configuration that was tuned.", valueName: "config"),
    completion: .file(extensions: ["json"]))
  var config: String?

  @OptionGroup var overrides: OverrideOptions

  @Option(
    help: ArgumentHelp(
      "Write the configuration with these settings, which must not exist; - for standard output.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var writeConfig: String?

  @Option(
    help: ArgumentHelp(
      "Write the model that the trial of a population came to; the file must not exist.",
      valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var writeModel: String?

  func validate() throws {
    if (config == nil) != (writeConfig == nil && writeModel == nil) {
      throw ValidationError("--config goes with --write-config or --write-model")
    }
    if config == nil, !overrides.overrides.isEmpty {
      throw ValidationError("--set goes with --config: it says how that was tuned")
    }
  }

  func run() throws {
    try reporting {
      let contents = try study.read()
      let chosen = try trials(contents)
      guard let config else {
        for record in chosen {
          try StandardOutput.print(TrialText.json(record, contents).compactText)
        }
        return
      }
      guard chosen.count == 1, let record = chosen.first else {
        throw Failure(
          Diagnostic(
            .error, .usage, code: "trial",
            "the front has \(chosen.count) trials: \(chosen.map { String($0.number) }.joined(separator: ", "))",
            help: "choose one with --trial"))
      }
      let (plan, diagnostics) = TuningPlan.check(
        path: config, overrides: overrides.overrides)
      guard let plan else { throw Failure(diagnostics) }
      if let writeConfig {
        let folder = writeConfig.lastIndex(of: "/").map { String(writeConfig[...$0]) } ?? "."
        let text = try TunedConfiguration.text(
          of: record, in: contents, plan: plan, folder: folder)
        try write(text, to: writeConfig)
        Console.show(Self.notes(on: plan, seed: record.point.map(plan.seed(of:)) ?? plan.seed))
      }
      if let writeModel {
        try TrainedMember.write(
          record, of: study.study, in: contents, plan: plan, to: writeModel,
          version: Hptrain.version)
        try StandardOutput.print(writeModel)
      }
    }
  }

  /// That one training of the configuration does not come to what the trial did.
  ///
  /// - Parameter seed: of its first run.
  private static func notes(on plan: TuningPlan, seed: Int) -> [Diagnostic] {
    func note(_ count: Int, _ runs: String, help: String) -> Diagnostic {
      Diagnostic(
        .note, .configuration, code: "mean",
        "what the trial came to is the mean over \(count) \(runs), and 'train' makes one run",
        help: help)
    }
    var notes: [Diagnostic] = []
    if let folds = plan.config.folds {
      notes.append(note(folds, "folds", help: "'hptrain train --folds \(folds)' makes those runs"))
    }
    if plan.config.seeds > 1 {
      notes.append(
        note(
          plan.config.seeds, "seeds",
          help:
            "they begin with that of the file and rise by one: --set seed=\(seed + 1) is the second"
        ))
    }
    return notes
  }

  private func write(_ text: String, to path: String) throws {
    guard try path == "-" || FilePlace(path) == .standardOutput else {
      try OutputFile.create(path, with: Array(text.utf8))
      return try StandardOutput.print(path)
    }
    var output = StandardOutput()
    try output.write(text)
    try output.flush()
  }

  private func trials(_ contents: StudyContents) throws -> [TrialRecord] {
    if let trial {
      return [try study.record(ofTrial: trial, in: contents)]
    }
    let best = contents.best
    guard !best.isEmpty else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "trial", "no trial of '\(study.study)' is complete"))
    }
    return best
  }
}
