import Configuration
import Datasets
import Training

/// Runs as a table, as CSV or as JSON.
struct RunList {
  private let runs: [ListedRun]
  private let columns: [RunColumn]
  /// Whether someone chose the columns.
  private let isChosen: Bool

  /// - Parameter columns: `nil` for the usual ones, with a column for each figure that runs are judged by.
  init(_ runs: [ListedRun], columns: [RunColumn]?) {
    self.runs = runs
    isChosen = columns != nil
    var figures: [FigureName] = []
    for run in runs {
      guard let figure = run.journal?.summary.mainFigure, !figures.contains(figure) else {
        continue
      }
      figures.append(figure)
    }
    self.columns = columns ?? RunColumn.standard(figures)
  }

  // MARK: - Text

  /// Aligned, under the names of the columns; nothing without runs.
  ///
  /// - Parameter width: that lines have to fit; `nil` for as long as they are.
  func lines(width: Int?) -> [String] {
    guard !runs.isEmpty else { return [] }
    let rows = runs.map { run in columns.map { text($0, run) } }
    let isNumeric = columns.map { column in
      runs.allSatisfy { run in
        guard let value = column.value(of: run) else { return true }
        return value.double != nil
      }
    }
    var table = TextTable(isNumeric.map { $0 ? .right : .left })
    table.add(columns.map(\.name))
    for row in rows { table.add(row) }
    return table.lines(indentation: 0, width: width)
  }

  private func text(_ column: RunColumn, _ run: ListedRun) -> String {
    if column.isTime { return run.journal.map { TimeText.local($0.modified) } ?? "-" }
    guard let value = column.value(of: run) else { return "-" }
    switch value.kind {
    case .string(let text): return text
    case .number(let number) where column.isMeasured:
      return TrainingReporter.short(number.value)
    default: return value.compactText
    }
  }

  // MARK: - CSV

  /// A line of names and one for each run; what a run does not have is empty.
  var csv: [String] {
    [columns.map { CSVText.quoted($0.name) }.joined(separator: ",")]
      + runs.map { run in
        columns.map { column in
          switch column.value(of: run)?.kind {
          case nil, .null: ""
          case .string(let text): CSVText.quoted(text)
          case .number(let number): number.value.isFinite ? number.text : ""
          case .some: CSVText.quoted(column.value(of: run)?.compactText ?? "")
          }
        }.joined(separator: ",")
      }
  }

  // MARK: - JSON

  /// An object for each run: the columns that were chosen or else all facts and figures.
  var json: [JSONValue] {
    runs.map { run in
      let chosen = columns.compactMap { column in
        column.value(of: run).map { JSONMember(column.name, $0) }
      }
      return .object(isChosen ? chosen : Self.members(run))
    }
  }

  private static func members(_ run: ListedRun) -> [JSONMember] {
    var members = [
      JSONMember("run", .string(run.path)), JSONMember("name", .string(run.name)),
    ]
    if let journal = run.journal {
      let summary = journal.summary
      members += [
        JSONMember("when", .string(TimeText.universal(journal.modified))),
        JSONMember("state", .string(summary.state)),
      ]
      func add(_ name: String, _ value: JSONValue?) {
        if let value { members.append(JSONMember(name, value)) }
      }
      add("epochs", summary.epochs.map { .integer($0) })
      add("best_epoch", summary.bestEpoch.map { .integer($0) })
      add("iterations", summary.iterations.map { .integer($0) })
      for part in Part.allCases { add(part.rawValue, summary.figures[part]?.json) }
      add("seconds", summary.seconds.map { .number($0) })
      add("samples_per_second", summary.samplesPerSecond.map { .number($0) })
      add("peak_memory_bytes", summary.peakMemoryBytes.map { .integer($0) })
    }
    if !run.warnings.isEmpty {
      members.append(JSONMember("warnings", .array(run.warnings.map { .string($0.message) })))
    }
    return members
  }
}
