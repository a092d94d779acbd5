import ArgumentParser
import Configuration
import Training
import Tuning

struct TuneBest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "best",
    abstract: "Prints the settings of the best trial as JSON, or a configuration with them.",
    discussion: """
      Of several objectives, each trial of the front has a line of its own, and --trial chooses one for \
      the configuration.

        hptrain tune best studies/iris.db --config iris.json --write-config best.json
        hptrain train best.json
      """)

  @OptionGroup var study: StudyOptions

  @Option(help: "This trial instead of the best one.")
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

  func validate() throws {
    if (config == nil) != (writeConfig == nil) {
      throw ValidationError("--config and --write-config go together")
    }
    if config == nil, !overrides.overrides.isEmpty {
      throw ValidationError("--set goes with --config: it says how that was tuned")
    }
  }

  func run() throws {
    try reporting {
      let contents = try study.read()
      let chosen = try trials(contents)
      guard let writeConfig, let config else {
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
      let folder = writeConfig.lastIndex(of: "/").map { String(writeConfig[...$0]) } ?? "."
      let text = try TunedConfiguration.text(
        of: record, in: contents, plan: plan, folder: folder)
      if writeConfig == "-" {
        var output = StandardOutput()
        try output.write(text)
        try output.flush()
      } else {
        try OutputFile.create(writeConfig, with: Array(text.utf8))
        try StandardOutput.print(writeConfig)
      }
    }
  }

  private func trials(_ contents: StudyContents) throws -> [TrialRecord] {
    if let trial {
      guard let record = contents.records.first(where: { $0.number == trial }) else {
        throw Failure(
          Diagnostic(.error, .usage, code: "trial", "'\(study.study)' has no trial \(trial)"))
      }
      return [record]
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
