import ArgumentParser
import Configuration
import Training

struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the runs below a folder with what they have come to.",
    discussion: """
      Of a run that has not ended, the state is unfinished, and the figures are those of its best epoch so \
      far. Columns are facts (name, run, when, state, epochs, best_epoch, iterations, seconds, \
      samples_per_second, peak_memory_bytes), figures such as validation.accuracy or test.loss, settings \
      such as training.batch_size, and values of the report such as report.macro_average.f1.

        hptrain runs --sort validation.accuracy
        hptrain runs sweep --columns name,training.optimizer.learning_rate,validation.loss
      """)

  @Argument(help: "The folder below which to look for runs.", completion: .directory)
  var folder = "runs"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Sort by a column, figures of which larger ones are better from the largest. (default: name)",
      valueName: "column"))
  var sort: String?

  @Flag(help: "Sort the other way round.")
  var reverse = false

  @Option(parsing: .unconditional, help: "At most so many runs.")
  var most: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The columns to show, separated by commas.", valueName: "columns"))
  var columns: String?

  @Option(help: "How to write: text, csv, or json with one object a run.")
  var format = TableFormat.text

  func validate() throws {
    if let most, most < 1 { throw ValidationError("--most must be at least 1") }
  }

  func run() throws {
    try reporting(format.ofDiagnostics) {
      let wanted = try columns.map { text in
        try RunColumn.names(in: text).map {
          try RunColumn(Self.withoutBlanks($0), option: "--columns")
        }
      }
      let order = try sort.map { try RunColumn($0, option: "--sort") }
      var warnings: [Diagnostic] = []
      let folders = try RunFolders.find(below: folder) { warnings.append($0) }
      let needed = (wanted ?? []) + (order.map { [$0] } ?? [])
      var runs = folders.map { ListedRun(path: $0, below: folder, columns: needed) }
      warnings += runs.flatMap(\.warnings)
      if let order {
        runs = order.sorted(runs, isReversed: reverse)
      } else if reverse {
        runs.reverse()
      }
      runs = Array(runs.prefix(most ?? .max))
      let list = RunList(runs, columns: wanted)
      switch format {
      case .text:
        if runs.isEmpty { Console.print("no run below '\(folder)'") }
        try print(list.lines(width: StandardOutput.lineWidth))
      case .csv: try print(list.csv)
      case .json: try print(list.json.map(\.compactText))
      }
      show(warnings)
    }
  }

  /// People write a blank behind a comma.
  private static func withoutBlanks(_ name: String) -> String {
    let end = name.lastIndex { $0 != " " }.map(name.index(after:)) ?? name.startIndex
    return String(name[..<end].drop { $0 == " " })
  }

  private func print(_ lines: [String]) throws {
    var output = StandardOutput()
    for line in lines { try output.print(line) }
    try output.flush()
  }

  private static let mostWarnings = 20

  private func show(_ warnings: [Diagnostic]) {
    Console.show(Array(warnings.prefix(Self.mostWarnings)))
    let more = warnings.count - Self.mostWarnings
    if more > 0 { Console.print("and \(Spelling.count(more, "more warning"))") }
  }
}
