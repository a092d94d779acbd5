import Configuration
import Datasets
import Training

/// Tells people on standard error, or programs on standard output, how a cross-validation goes.
final class CrossValidationReporter {
  private let plan: CrossValidationPlan
  private let format: OutputFormat
  private let isQuiet: Bool
  /// That of the fold that is trained now, for its progress bar.
  private var fold: TrainingReporter?
  /// The figures that have a column: on a terminal as many as fit.
  private let names: [String]
  /// Characters of each column, with the gap before it.
  private let widths: [Int]

  init(_ plan: CrossValidationPlan, format: OutputFormat, isQuiet: Bool) {
    self.plan = plan
    self.format = format
    self.isQuiet = isQuiet
    (names, widths) = Self.columns(
      ["loss"] + plan.model.metrics.map { type(of: $0).type }, in: Console.lineWidth)
  }

  /// The figures whose columns fit a line, and the widths of all columns: closer to each other where that lets more of
  /// them in.
  private static func columns(
    _ names: [String], in width: Int?
  ) -> (names: [String], widths: [Int]) {
    func widths(_ count: Int, gap: Int) -> [Int] {
      [4, 8 + gap, max(8 + gap, 11), 5 + gap]
        + names.prefix(count).map { max(8 + gap, $0.count + 2) }
    }
    let ways = stride(from: names.count, through: 1, by: -1).flatMap { count in
      [4, 2].map { (count: count, widths: widths(count, gap: $0)) }
    }
    let way = ways.first { way in width.map { way.widths.reduce(0, +) <= $0 } ?? true }
    return way.map { (Array(names.prefix($0.count)), $0.widths) } ?? ([], widths(0, gap: 1))
  }

  private var isSilent: Bool { isQuiet || format == .json }

  func start() {
    guard !isSilent else { return }
    let division =
      switch plan.division {
      case .shuffled: "dealt out at random"
      case .grouped: "whole groups"
      case .stratified: "stratified by class"
      case .forwardChaining: "each behind the examples that it is predicted from"
      }
    Console.print(
      Console.paint(plan.name, .bold)
        + ": \(Spelling.count(plan.folds.count, "fold")), \(division); "
        + Spelling.count(plan.model.parameterCount, "parameter"))
    Console.print(
      Console.paint(row("fold", "training", "validation", "epoch", names), .dim))
  }

  func begin(_ number: Int, _ plan: RunPlan, _ event: JSONValue) throws {
    if format == .json { return try StandardOutput.print(event.compactText) }
    fold = TrainingReporter(
      plan, format: format, isQuiet: isQuiet, title: "fold \(number)/\(self.plan.folds.count)")
  }

  func iteration(_ count: Int, loss: Double) { fold?.iteration(count, loss: loss) }

  func epoch(_ event: JSONValue) throws {
    if format == .json { try StandardOutput.print(event.compactText) }
  }

  func end(_ result: CrossValidationResult.Fold, _ event: JSONValue) throws {
    if format == .json { return try StandardOutput.print(event.compactText) }
    fold?.clearBar()
    if result.outcome.reason == .diverged {
      fold?.explainDivergence(result.outcome, of: "fold \(result.number)")
    }
    guard !isQuiet else { return }
    let validation = result.outcome.validation
    var line = row(
      String(result.number), size(.train, result), size(.validation, result),
      result.outcome.bestEpoch.map { String($0) } ?? "",
      names.map { name in validation?[name].map { TrainingReporter.short($0) } ?? "" })
    if !result.isComplete {
      line += "  " + Console.paint(result.outcome.reason.rawValue, .yellow)
    }
    Console.print(line)
  }

  func finish(
    _ result: CrossValidationResult, _ event: JSONValue, directory: RunDirectory
  ) throws {
    if format == .json { return try StandardOutput.print(event.compactText) }
    if !isQuiet {
      summarize(result)
      if result.wasInterrupted { Console.print(Console.paint("interrupted", .yellow)) }
    }
    try StandardOutput.print(directory.path)
  }

  private func summarize(_ result: CrossValidationResult) {
    var table = TextTable([.left, .left, .right, .left])
    let count = result.folds.count { $0.isComplete }
    for part in [Part.validation, .test] {
      for summary in result.summaries(of: part) {
        table.add(
          part.rawValue, summary.name, TrainingReporter.short(summary.mean),
          "± " + TrainingReporter.short(summary.deviation)
            + (summary.folds < count ? " over \(summary.folds), undefined in the others" : ""))
      }
    }
    let lines = table.lines()
    guard !lines.isEmpty else { return }
    Console.print("\nmean ± standard deviation over \(Spelling.count(count, "fold")):")
    for line in lines { Console.print(line) }
  }

  private func size(_ part: Part, _ result: CrossValidationResult.Fold) -> String {
    result.counts[part].map { Spelling.grouped($0) } ?? ""
  }

  /// A line of the table; its columns are known before their contents are.
  private func row(
    _ fold: String, _ training: String, _ validation: String, _ epoch: String, _ figures: [String]
  ) -> String {
    zip([fold, training, validation, epoch] + figures, widths).map { text, width in
      String(repeating: " ", count: max(0, width - text.count)) + text
    }.joined()
  }
}
