import ArgumentParser
import Configuration
import Tuning

struct TuneHistory: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Draws what trials came to, and the best one so far, in characters.",
    discussion: """
      A dot is a complete trial, a cross a pruned one, at the figure of its last epoch; the line is the best so \
      far. The worst fifth stands at the edge. Of a single trial, a dot is an epoch; of a member of a \
      population, with those of all that it goes on from.
      """)

  @OptionGroup var study: StudyOptions

  @Option(help: "Of several objectives, the name of one. (default: the first)")
  var objective: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Draw the epochs of this trial.", valueName: "number"))
  var trial: Int?

  @Option(
    parsing: .unconditional,
    help: "Characters of a line. (default: 80, or what a narrower terminal has)")
  var width: Int?

  private static let standardWidth = 80
  private static let narrowest = 30

  @Option(parsing: .unconditional, help: "Lines of the plot.")
  var height = 12

  @Flag(help: "Draw with ASCII characters only. (default: where the terminal has no UTF-8)")
  var ascii = false

  func validate() throws {
    if let width, !(Self.narrowest...1000).contains(width) {
      throw ValidationError("--width must be \(Self.narrowest) to 1000")
    }
    if !(4...200).contains(height) { throw ValidationError("--height must be 4 to 200") }
  }

  func run() throws {
    try reporting {
      let contents = try study.read()
      let columns = StandardOutput.lineWidth ?? Self.standardWidth
      let index = try study.index(of: objective, in: contents)
      let plot = HistoryPlot(
        trials: try trial.map { try epochs(ofTrial: $0, in: contents) }
          ?? trials(contents, objective: index),
        unit: trial == nil ? "trial" : "epoch", isMaximized: contents.isMaximized[index],
        isASCII: ascii || !TerminalCharset.isUTF8,
        width: width ?? max(Self.narrowest, min(columns, Self.standardWidth)), height: height)
      let lines = plot.lines
      guard !lines.isEmpty else {
        throw Failure(
          Diagnostic(
            .error, .data, code: "too-few-trials",
            trial.map {
              contents.objectives.count > 1
                ? "the epochs of trials are noted for one objective only, and the study has \(contents.objectives.count)"
                : "trial \($0) has too few epochs to draw"
            }
              ?? "'\(study.study)' has too few complete trials to draw"))
      }
      var output = StandardOutput()
      try output.print(contents.objectives[index])
      for line in lines { try output.print(line) }
      try output.flush()
    }
  }

  private func trials(_ contents: StudyContents, objective: Int) -> [HistoryPlot.Trial] {
    contents.records.compactMap { record in
      guard record.state == .complete || record.state == .pruned,
        record.values.indices.contains(objective)
      else { return nil }
      return .init(
        number: record.number, value: record.values[objective], isPruned: record.state == .pruned)
    }
  }

  private func epochs(
    ofTrial number: Int, in contents: StudyContents
  ) throws -> [HistoryPlot.Trial] {
    try study.record(ofTrial: number, in: contents).curve.enumerated().map { index, value in
      .init(number: index + 1, value: value, isPruned: false)
    }
  }
}

extension StudyOptions {
  func record(ofTrial number: Int, in contents: StudyContents) throws -> TrialRecord {
    guard let record = contents.records.first(where: { $0.number == number }) else {
      throw Failure(
        Diagnostic(.error, .usage, code: "trial", "'\(study)' has no trial \(number)"))
    }
    return record
  }

  /// The index of an objective; the first without a name.
  func index(of objective: String?, in contents: StudyContents) throws -> Int {
    guard let objective else { return 0 }
    guard let index = contents.objectives.firstIndex(of: objective) else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "objective", "'\(study)' has no objective '\(objective)'",
          help: "there is \(contents.objectives.joined(separator: ", "))"))
    }
    return index
  }
}
