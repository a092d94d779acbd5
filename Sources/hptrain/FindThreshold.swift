import ArgumentParser
import Configuration
import Training

struct FindThreshold: ParsableCommand {
  enum Goal: String, ExpressibleByArgument, CaseIterable {
    case f1
    case precision
    case recall
  }

  static let configuration = CommandConfiguration(
    commandName: "find-threshold",
    abstract: "Finds the probability from which a classifier should say yes.",
    discussion: """
      For models of two classes, of which the second is the yes, and of one yes/no target. The \
      threshold that is best for the data goes into the model file; predict and evaluate use it from \
      then on. Probabilities stay as they are.

        hptrain find-threshold runs/breast-cancer later.csv
        hptrain find-threshold runs/breast-cancer later.csv --for precision --recall 0.95
        hptrain find-threshold runs/breast-cancer later.csv --cost 1,20 --dry-run

      All thresholds that differ in their answers are compared. Of those that are equally good, the \
      one nearest to 0.5 is taken, and of two such the smaller one; for precision with a recall, and \
      the other way round, the other figure decides first.
      """)

  @OptionGroup var input: EvaluationInput

  @Option(
    name: .customLong("for"),
    help:
      "What to make large: f1, precision with --recall, or recall with --precision. (default: f1)")
  var goal: Goal?

  @Option(parsing: .unconditional, help: "The recall that has to be reached, for --for precision.")
  var recall: Double?

  @Option(parsing: .unconditional, help: "The precision that has to be reached, for --for recall.")
  var precision: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Make the cost small instead: that of a false yes and that of a missed one.",
      valueName: "false-positive,false-negative"))
  var cost: String?

  @Flag(help: "Leave the model file as it is.")
  var dryRun = false

  @Option(help: "How to write: text, or json with one object.")
  var format = OutputFormat.text

  @OptionGroup var threads: ThreadOptions

  func validate() throws { _ = try thresholdGoal() }

  private func thresholdGoal() throws -> ThresholdGoal {
    for (name, value) in [("--recall", recall), ("--precision", precision)] {
      if let value, !(value > 0 && value <= 1) {
        throw ValidationError("\(name) must be above 0 and at most 1")
      }
    }
    if recall != nil, goal != .precision {
      throw ValidationError("--recall needs --for precision")
    }
    if precision != nil, goal != .recall {
      throw ValidationError("--precision needs --for recall")
    }
    if let cost {
      guard goal == nil else { throw ValidationError("--cost contradicts --for") }
      return .cost(try Self.costs(cost))
    }
    switch goal ?? .f1 {
    case .f1: return .f1
    case .precision:
      guard let recall else { throw ValidationError("--for precision needs --recall") }
      return .precision(recall: recall)
    case .recall:
      guard let precision else { throw ValidationError("--for recall needs --precision") }
      return .recall(precision: precision)
    }
  }

  private static func costs(_ text: String) throws -> ErrorCosts {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard numbers.count == 2, let positive = numbers[0], let negative = numbers[1],
      [positive, negative].allSatisfy({ $0 >= 0 && $0 <= 1e9 }), positive + negative > 0
    else {
      throw ValidationError(
        "--cost takes two numbers of at least 0, as in --cost 1,20, and not both of them 0")
    }
    return ErrorCosts(falsePositive: positive, falseNegative: negative)
  }

  func run() throws {
    CoreSelection.apply()
    try Findings.gather(format) { findings in
      let goal = try thresholdGoal()
      let (evaluation, bad) = try input.read(findings) {
        try ModelEvaluation.checkBinary($0, named: input.model)
      }
      let costs = if case .cost(let costs) = goal { costs } else { ErrorCosts() }
      let search = try evaluation.thresholdSearch(
        costs: costs, evaluator: evaluation.makeEvaluator(.none, pool: threads.makePool()))
      findings.tell(Self.warnings(of: search, evaluation))
      let best = try search.best(for: goal)
      if !dryRun {
        try evaluation.model.withPieces(threshold: best.threshold) {
          try OutputFile.replace(input.modelPath, with: $0)
        }
      }
      let report = ThresholdReport(
        evaluation: evaluation, input: input, best: best, half: search.figures(at: 0.5),
        costs: costs, positives: search.positives, isStored: !dryRun)
      let problems = input.problems(bad, evaluation)
      try findings.write(report, problems: problems)
      if !problems.isEmpty { throw problems.exitCode }
    }
  }

  /// Fewer examples of an answer say little of others.
  private static let fewExamples = 20

  private static func warnings(
    of search: ThresholdSearch, _ evaluation: ModelEvaluation
  ) -> [Diagnostic] {
    let fewest = min(search.positives, search.negatives)
    guard fewest < fewExamples else { return [] }
    let name = evaluation.model.encoding.target.nameOfYes
    return [
      Diagnostic(
        .warning, .data, code: "few-examples",
        "only \(Spelling.count(fewest, "example")) \(fewest == 1 ? "is" : "are")"
          + "\(search.positives == fewest ? "" : " not") '\(name)', too few to trust a threshold")
    ]
  }
}

/// What `find-threshold` says.
struct ThresholdReport: FoundResult {
  let evaluation: ModelEvaluation
  let input: EvaluationInput
  let best: ThresholdFigures
  let half: ThresholdFigures
  let costs: ErrorCosts
  let positives: Int
  let isStored: Bool

  private var nameOfYes: String { evaluation.model.encoding.target.nameOfYes }

  var text: String {
    let name = ClassificationReportText.name(nameOfYes)
    var table = TextTable([.left, .right, .right])
    table.add("threshold", TrainingReporter.short(best.threshold), "0.5")
    func add(_ name: String, _ figure: (ThresholdFigures) -> Double) {
      table.add(name, TrainingReporter.short(figure(best)), TrainingReporter.short(figure(half)))
    }
    add("precision") { $0.score.precision }
    add("recall") { $0.score.recall }
    add("f1") { $0.score.f1 }
    add("accuracy") { $0.accuracy }
    add("cost") { $0.cost }
    func count(_ name: String, _ figure: (ThresholdFigures) -> Double) {
      table.add(name, WeightText.count(figure(best)), WeightText.count(figure(half)))
    }
    count("false positives") { $0.falsePositives }
    count("false negatives") { $0.falseNegatives }
    let prices =
      "\(JSONNumber(costs.falsePositive).text) for a false positive and "
      + "\(JSONNumber(costs.falseNegative).text) for a false negative"
    return
      ([
        "\(input.summary(of: evaluation)), of which \(Spelling.grouped(positives)) \(positives == 1 ? "is" : "are") '\(name)'",
        "",
      ] + table.lines() + [
        "", "The cost is the mean of an example: \(prices).",
        isStored ? "The threshold is stored in \(input.modelPath)." : "The model is as it was.",
      ]).joined(separator: "\n")
  }

  func json(_ diagnostics: [Diagnostic]) -> JSONValue {
    .object(
      input.members(of: evaluation, event: "threshold", diagnostics) + [
        JSONMember("yes", .string(nameOfYes)), JSONMember("positives", .integer(positives)),
        JSONMember("best", json(best)), JSONMember("half", json(half)),
        JSONMember(
          "costs",
          .object([
            "false_positive": .number(costs.falsePositive),
            "false_negative": .number(costs.falseNegative),
          ])),
        JSONMember("stored", .boolean(isStored)),
      ])
  }

  private func json(_ figures: ThresholdFigures) -> JSONValue {
    .object([
      "threshold": .number(figures.threshold), "precision": .number(figures.score.precision),
      "recall": .number(figures.score.recall), "f1": .number(figures.score.f1),
      "accuracy": .number(figures.accuracy), "cost": .number(figures.cost),
      "false_positives": .number(figures.falsePositives),
      "false_negatives": .number(figures.falseNegatives),
    ])
  }
}
