import Configuration
import Datasets
import Pictures
import Training

/// The page of one run, or of several that are compared.
package struct RunReport {
  let runs: [ReportedRun]
  let version: String

  /// - Parameter runs: at least one; the first is the one whose answers are shown.
  package init(_ runs: [ReportedRun], version: String) {
    precondition(!runs.isEmpty)
    self.runs = runs
    self.version = version
  }

  package var page: Page {
    runs.count == 1 ? single(runs[0]) : comparison
  }

  private func single(_ run: ReportedRun) -> Page {
    let sections =
      [LearningCurves(runs: runs).section] + AnswerSections(run).sections + [
        SettingsSection(runs: runs).section
      ]
    return Page(
      kind: "Run", title: run.name, lead: lead(of: run), facts: facts(of: run),
      notes: notes, sections: sections, version: version)
  }

  private var comparison: Page {
    Page(
      kind: "Comparison of \(runs.count) runs",
      title: runs.map { label($0) }.joined(separator: ", "),
      lead: isOneTask
        ? nil : "The runs learn different tasks: figures of the same name need not mean the same.",
      facts: [], notes: notes,
      sections: [
        ComparedFigures(runs: runs, labels: runs.map(label)).section,
        LearningCurves(runs: runs, labels: runs.map(label)).section,
        SettingsSection(runs: runs, labels: runs.map(label)).section,
      ], version: version)
  }

  /// What tells a run from the others: its name, or its folder where names are the same.
  private func label(_ run: ReportedRun) -> String {
    runs.count { $0.name == run.name } == 1 ? run.name : run.path
  }

  /// Whether all runs predict the same columns by the same loss.
  private var isOneTask: Bool {
    let tasks = runs.map { run in
      "\(run.record.config.data?.json["target"]?.compactText ?? "") "
        + (run.record.config.training.loss.map { type(of: $0).type } ?? "")
    }
    return Set(tasks).count == 1
  }

  private var notes: [String] {
    runs.flatMap { run in
      run.warnings.map { warning in
        runs.count > 1 ? "\(label(run)): \(warning.message)" : warning.message
      }
    }
  }

  private func lead(of run: ReportedRun) -> String? {
    guard let summary = run.record.summary else { return nil }
    let state =
      switch summary.state {
      case "completed": "Completed"
      case "early_stopping": "Stopped early"
      case "interrupted": "Interrupted"
      case "diverged": "Diverged"
      default: "Unfinished"
      }
    let epochs = summary.epochs.map { " after \(Spelling.count($0, "epoch"))" } ?? ""
    let best = summary.bestEpoch.map { "; the model is that of epoch \($0)" } ?? ""
    return state + epochs + best + "." + threshold(of: run)
  }

  /// That answers further down are not those of the figures at the head, where a threshold was found since.
  private func threshold(of run: ReportedRun) -> String {
    guard let threshold = run.examined?.evaluation.model.encoding.target.threshold else {
      return ""
    }
    return " The figures here are those of training, with the threshold 0.5; "
      + "the answers below are with \(Digits.short(threshold)), which the model was given since."
  }

  private func facts(of run: ReportedRun) -> [Page.Fact] {
    var facts: [Page.Fact] = []
    let summary = run.record.summary
    for part in [Part.test, .validation, .train] {
      for figure in summary?.figures[part]?.all ?? [] {
        // The part that nothing was chosen on speaks first, and the others by their loss.
        let isFirst = facts.isEmpty || facts.last?.name.hasPrefix(part.rawValue) == true
        guard isFirst || figure.name == FigureName.loss, facts.count < 6 else { continue }
        facts.append(
          Page.Fact(
            name: "\(part.rawValue) \(figure.name.spaced)", value: Digits.short(figure.value),
            isMain: isFirst && figure.name != FigureName.loss))
      }
    }
    func add(_ name: String, _ value: String?) {
      if let value { facts.append(Page.Fact(name: name, value: value)) }
    }
    add("parameters", run.record.parameters.map(Spelling.grouped))
    add("iterations", summary?.iterations.map(Spelling.grouped))
    add("seconds", summary?.seconds.map { Digits.text($0, digits: 3) })
    add(
      "examples a second",
      summary?.samplesPerSecond.map { Spelling.grouped(Int(min($0, 1e15).rounded())) })
    return facts
  }
}
