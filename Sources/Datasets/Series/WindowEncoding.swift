import Configuration
import Numerics

/// How a model reads series: with it in a model file, forecasting needs nothing else.
package struct WindowEncoding: ConfigObject {
  /// Rows of inputs.
  package var length = 1
  /// Rows that are predicted.
  package var horizon = 1
  /// The target columns of one row; the target of an example has `horizon` times as many numbers.
  package var targets: [String] = []
  package var time: String?
  package var group: String?
  /// How the times of training are written.
  package var timeKind: TimeFormat.Kind?
  /// The order of the parts of their dates; `nil` where the year comes first.
  package var timeOrder: DateOrder?
  package var gaps = GapPolicy.error
  /// From one row to the next; `nil` if the model knows no time, or none that is regular.
  package var step: TimeStep?

  package init() {}

  init(_ config: WindowConfig, targets: [String], series: SeriesRows?) {
    length = config.inputRows
    horizon = config.horizon
    self.targets = targets
    time = config.time
    group = config.group
    gaps = config.gaps ?? .error
    timeKind = series?.timeKind
    timeOrder = series.flatMap { $0.timeOrder == .yearFirst ? nil : $0.timeOrder }
    step = series?.step
  }

  package static let keys: [Key<Self>] = [
    .integer("length", \.length, in: WindowConfig.rows, help: "Rows of inputs."),
    .integer("horizon", \.horizon, in: WindowConfig.rows, help: "Rows that are predicted."),
    Key("targets", \.targets, .list(.anyString, atLeast: 1), help: "The columns of each of them."),
    Key("time", \.time, .string(), help: "The column of times."),
    Key("group", \.group, .string(), help: "The column that tells series apart."),
    Key("time_kind", \.timeKind, .choice, help: "What kind of times it holds."),
    Key(
      "time_order", \.timeOrder, .choice,
      help: "The order of day, month and year, unless the year comes first."),
    Key("gaps", \.gaps, .choice, help: "What becomes of irregular steps."),
    Key("step", \.step, .object(), help: "The regular step."),
  ]

  private static let largestExample = 1 << 31

  /// Columns that are no inputs and have to be there all the same.
  package var keyColumns: [String] { [group, time].compactMap { $0 } }

  /// `28 rows of 1 input, then 7 rows of Temp`
  package func summary(inputs: Int) -> String {
    "\(Spelling.count(length, "row")) of \(Spelling.count(inputs, "input")), "
      + "then \(Spelling.count(horizon, "row")) of \(Spelling.shortened(targets))"
  }

  /// The target of one row, with the names that the columns have in the data.
  package func rowTarget(of target: TargetEncoding) -> TargetEncoding {
    TargetEncoding(
      task: target.task, classes: target.classes,
      columns: zip(targets, target.columns).map { .init(name: $0, scale: $1.scale) },
      weight: target.weight)
  }

  /// What the window promises but cannot keep; `nil` if it fits inputs and target.
  package func problem(inputs: Int, target: TargetEncoding) -> String? {
    // Both factors are bounded, and so are the lists of a file, which takes a byte or more for each item.
    if length * inputs > Self.largestExample { return "its windows are impossibly large" }
    let answers = target.task == .classification && horizon > 1 ? 0 : horizon * targets.count
    if answers != target.columns.count { return "its window does not fit its target" }
    if time == nil, step != nil { return "it has a step but no times" }
    if (time == nil) != (timeKind == nil) { return "its times have no kind, or no column" }
    if let timeOrder, timeOrder != .yearFirst,
      timeKind.map({ [.number, .month].contains($0) }) ?? true
    {
      return "its times have no days to be in an order"
    }
    if let step, (step.unit == .number) != (timeKind == .number) {
      return "its step is none of its times"
    }
    return nil
  }
}

extension TargetEncoding {
  /// The target of so many rows, step by step, each with all columns.
  func repeated(_ horizon: Int) -> TargetEncoding {
    guard horizon > 1 else { return self }
    var target = self
    target.columns = (1...horizon).flatMap { step in
      columns.map { Column(name: "\($0.name)+\(step)", scale: $0.scale) }
    }
    return target
  }
}
