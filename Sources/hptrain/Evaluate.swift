import ArgumentParser
import Configuration
import Datasets
import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Scores a trained model on labeled data.",
    discussion: """
      The data is read as training reads a validation file: columns of CSV by their names, all windows \
      of series, all of a text, and for models of IDX a second file with the labels. The figures are \
      the loss and all metrics that fit the model; for classes there are those of each and the \
      confusion matrix, too.

      A row with a category that training has not seen, a text among numbers or the like ends the \
      command; with --on-error skip the others are scored, and the exit code is 65.

      --require makes the exit code 1 where a figure is not what it has to be, or undefined.

        hptrain evaluate runs/iris later.csv
        hptrain evaluate runs/iris later.csv --require 'accuracy>=0.9' --require 'loss<0.3'
        hptrain evaluate runs/digits images.gz labels.gz --metric '{"type": "top_k_accuracy", "k": 2}'
      """)

  @OptionGroup var input: EvaluationInput

  @Option(
    help: ArgumentHelp(
      "A metric, by its name or as in a configuration: {\"type\": \"top_k_accuracy\", \"k\": 3}. Repeatable.",
      valueName: "metric"))
  var metric: [String] = []

  @Option(
    help: ArgumentHelp(
      "Exit with 1 unless this holds: a figure, one of >=, >, <= and <, and a number. Repeatable.",
      valueName: "condition"))
  var require: [String] = []

  @Option(help: "How to write: text, or json with one object.")
  var format = OutputFormat.text

  @OptionGroup var threads: ThreadOptions

  func validate() throws { _ = try conditions() }

  private func conditions() throws -> [FigureCondition] {
    try require.map { text in
      guard let condition = FigureCondition(text) else {
        throw ValidationError(
          "--require takes a figure, one of >=, >, <= and <, and a number, as in --require 'accuracy>=0.9', and not '\(text)'"
        )
      }
      return condition
    }
  }

  func run() throws {
    CoreSelection.apply()
    try Findings.gather(format) { findings in
      let conditions = try conditions()
      let (evaluation, bad) = try input.read(findings) { model in
        // Before data is read that may take long; what depends on its size is not left out then.
        let metrics = try MetricSelection(wanted: metric, for: model, examples: 0)
        for condition in conditions { try condition.check(among: metrics.names) }
      }
      let metrics = try MetricSelection(
        wanted: metric, for: evaluation.model, examples: evaluation.examples.set.count)
      findings.tell(metrics.notes)
      let evaluator = try evaluation.makeEvaluator(metrics, pool: threads.makePool())
      let (figures, report) = evaluator.report(on: evaluation.examples.set, of: nil)
      findings.tell(metrics.undefined(in: figures))
      let result = EvaluationReport(
        evaluation: evaluation, input: input, figures: figures, classes: report)
      let unmet = conditions.compactMap { $0.finding(in: figures) }
      let problems = input.problems(bad, evaluation)
      try findings.write(result, problems: problems + unmet)
      if !problems.isEmpty { throw problems.exitCode }
      if !unmet.isEmpty { throw ExitCode(1) }
    }
  }
}

/// What becomes of a labeled row that there is no figure for.
enum BadLabeledRows: String, ExpressibleByArgument, CaseIterable {
  /// It ends the command.
  case stop
  /// It does not count.
  case skip
}

/// A model and labeled data, as commands are given them.
struct EvaluationInput: ParsableArguments {
  @Argument(
    help: "A model.safetensors file, or the folder of a run.",
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Argument(help: "Labeled data, plain or in gzip, or - for standard input.")
  var data: String

  @Argument(help: ArgumentHelp("The labels of IDX data.", valueName: "labels"))
  var labelFile: String?

  @Option(help: ArgumentHelp("The same as the third argument.", valueName: "labels"))
  var labels: String?

  @Option(
    name: .customLong("on-error"),
    help: ArgumentHelp(
      "What a row of a table does that cannot be scored: stop, or skip (it does not count).",
      valueName: "what"))
  var badRows = BadLabeledRows.stop

  func validate() throws {
    if labels != nil, labelFile != nil {
      throw ValidationError("the labels are given twice, as an argument and by --labels")
    }
  }

  var modelPath: String { ModelPath.of(model) }

  /// Reads both, and tells what there is to know of the data.
  ///
  /// - Parameter check: refuses a model before its data is read.
  /// - Returns: the rows that are left out, too.
  func read(
    _ findings: Findings, check: (TrainedModel) throws -> Void
  ) throws -> (evaluation: ModelEvaluation, bad: BadRows) {
    var bad = BadRows(.skip) { findings.tell($0) }
    let evaluation = try ModelEvaluation(
      modelPath: ModelPath.resolve(model),
      files: LabeledFiles(
        features: data, labels: labels ?? labelFile,
        skip: badRows == .skip ? { try bad.take($0) } : nil),
      check: check)
    PredictionRows.note(extraColumns: evaluation.examples.extraColumns) { findings.tell($0) }
    findings.tell(evaluation.warnings)
    return (evaluation, bad)
  }

  /// How many rows were left out and why, if any was.
  func problems(_ bad: BadRows, _ evaluation: ModelEvaluation) -> [Diagnostic] {
    let examples = evaluation.examples
    let finding = bad.finding(
      rows: examples.set.count + examples.droppedRows + examples.skippedRows,
      ("does not count", "do not count"))
    return finding.map { [$0] } ?? []
  }

  /// `150 examples of later.csv, 3 rows without a value left out`
  func summary(of evaluation: ModelEvaluation) -> String {
    let examples = evaluation.examples
    let source = data == "-" ? "standard input" : data
    let dropped =
      examples.droppedRows > 0
      ? ", \(Spelling.count(examples.droppedRows, "row")) without a value left out" : ""
    let skipped =
      examples.skippedRows > 0
      ? ", \(Spelling.count(examples.skippedRows, "row")) that cannot be scored left out" : ""
    return "\(Spelling.count(examples.set.count, "example")) of \(source)\(dropped)\(skipped)"
  }

  /// What the objects of both commands begin with.
  func members(
    of evaluation: ModelEvaluation, event: String, _ diagnostics: [Diagnostic]
  ) -> [JSONMember] {
    [
      JSONMember("event", .string(event)), JSONMember("model", .string(model)),
      JSONMember("data", .string(data)),
      JSONMember("examples", .integer(evaluation.examples.set.count)),
      JSONMember("dropped_rows", .integer(evaluation.examples.droppedRows)),
      JSONMember("skipped_rows", .integer(evaluation.examples.skippedRows)),
      JSONMember("diagnostics", .array(diagnostics.map(\.json))),
    ]
  }
}

/// What `evaluate` says.
struct EvaluationReport: FoundResult {
  let evaluation: ModelEvaluation
  let input: EvaluationInput
  let figures: Figures
  /// `nil` where the answers are no classes.
  let classes: ClassificationReport?

  var text: String {
    var lines = [input.summary(of: evaluation)]
    let target = evaluation.model.encoding.target
    if let threshold = target.threshold {
      lines.append(
        "'\(ClassificationReportText.name(target.nameOfYes))' from a probability above "
          + TrainingReporter.short(threshold))
    }
    lines.append("")
    var table = TextTable([.left, .left])
    for figure in figures.all { table.add(figure.name, TrainingReporter.short(figure.value)) }
    lines += table.lines()
    if let classes {
      // Without the empty line at its end, which parts it from what follows in a log.
      lines += ClassificationReportText(classes, width: Console.width, paint: Paint(isOn: false))
        .lines(withMatrix: classes.isSmall).dropLast()
    }
    return lines.joined(separator: "\n")
  }

  func json(_ diagnostics: [Diagnostic]) -> JSONValue {
    var members = input.members(of: evaluation, event: "evaluation", diagnostics)
    if let threshold = evaluation.model.encoding.target.threshold {
      members.append(JSONMember("threshold", .number(threshold)))
    }
    members.append(JSONMember("figures", figures.json))
    if let classes { members += (classes.json.members ?? []).filter { $0.key != "figures" } }
    return .object(members)
  }
}
