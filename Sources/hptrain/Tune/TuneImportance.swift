import ArgumentParser
import Configuration
import Search
import Tuning

struct TuneImportance: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "importance",
    abstract: "Says how much of the objective depends on each hyperparameter.",
    discussion: """
      fanova takes the variance of a random forest over the whole space apart (Hutter, Hoos, Leyton-Brown \
      2014): what matters between good and bad. ped_anova says where the best tenth of the trials lies \
      elsewhere than all (Watanabe, Bansal, Hutter 2023): what matters to be among the best. Complete \
      trials count only. A conditional hyperparameter is judged among the trials that have it, by its share of \
      what those came to; the shares of all others add up to 100 %.
      """)

  @OptionGroup var study: StudyOptions

  @Option(help: "fanova or ped_anova.")
  var method = HyperparameterImportance.Method.fanova

  @Option(help: "Of several objectives, the name of one. (default: the first)")
  var objective: String?

  @Option(help: "How to write: text, or json with one object a hyperparameter.")
  var format = OutputFormat.text

  func run() throws {
    try reporting(format) {
      let contents = try study.read()
      let index = try study.index(of: objective, in: contents)
      let shares = contents.importance(method, objective: index)
      guard !shares.isEmpty else {
        throw Failure(
          Diagnostic(
            .error, .data, code: "too-few-trials",
            "'\(study.study)' has too few complete trials to tell"))
      }
      warn(ofFew: contents.records.count { $0.state == .complete })
      note(conditionalAmong: shares)
      var output = StandardOutput()
      switch format {
      case .json:
        for (name, share) in shares {
          try output.print(
            JSONValue.object([
              "name": .string(name), "importance": .number(share.value),
              "trials": .integer(share.trials), "method": .string(method.rawValue),
            ]).compactText)
        }
      case .text:
        var table = TextTable([.left, .right, .left, .right])
        for (name, share) in shares {
          table.add(
            name, Self.percent(share.value), Self.bar(share.value),
            Spelling.count(share.trials, "trial"))
        }
        for line in table.lines(indentation: 0, width: StandardOutput.lineWidth) {
          try output.print(line)
        }
      }
      try output.flush()
    }
  }

  /// So many trials tell hardly more than chance does.
  private static let few = 4

  private func warn(ofFew trials: Int) {
    guard trials < Self.few else { return }
    Console.show([
      Diagnostic(
        .warning, .data, code: "too-few-trials",
        "\(Spelling.count(trials, "complete trial")) \(trials == 1 ? "tells" : "tell") little of what matters",
        help: "ask again after some ten trials for each hyperparameter")
    ])
  }

  /// Their shares are parts of something else than those of the others are.
  private func note(
    conditionalAmong shares: [(name: String, share: HyperparameterImportance.Share)]
  ) {
    let most = shares.map { $0.share.trials }.max() ?? 0
    let conditional = shares.filter { $0.share.trials < most }.map { "'\($0.name)'" }
    guard !conditional.isEmpty else { return }
    let isOne = conditional.count == 1
    Console.show([
      Diagnostic(
        .note, .data, code: "conditional",
        "not all trials have \(Spelling.shortened(conditional)): "
          + "\(isOne ? "its share is" : "their shares are") of what the trials with \(isOne ? "it" : "them") came to, "
          + "and all shares together may be more than 100 %")
    ])
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// Forty characters for the whole.
  private static func bar(_ share: Double) -> String {
    let block = TerminalCharset.isUTF8 ? "█" : "#"
    return String(repeating: block, count: Int((share * 40).rounded()))
  }
}

extension HyperparameterImportance.Method: ExpressibleByArgument {}
