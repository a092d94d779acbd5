import Configuration
import Numerics

/// A training file as it was read, with what does not depend on how it is divided.
struct TrainingTable: Sendable {
  let table: LoadedTable
  let columns: TableColumns
  /// The columns that are ignored although the configuration does not say so.
  let leftOut: [String]
  /// What was noticed before the rows were divided.
  let warnings: [Diagnostic]
  /// What stands between its fields.
  let delimiter: UInt8
  let targets: [String]
  let task: LearningTask
  /// The target, if it is a column of several labels in each field.
  let labelList: LabelList?
  /// Those that no strategy drops, ascending.
  let rows: [Int32]
  /// The group of each row of the file; `nil` where rows are divided one by one.
  let groups: [Int32]?
  /// `nil` without a window.
  let series: SeriesRows?

  var delimiterText: String { String(UnicodeScalar(delimiter)) }

  /// The classes of the rows; `nil` where the target is no class.
  var strata: FoldStrata? {
    guard task == .classification, labelList == nil, let target = targets.first,
      case .category(let codes, let labels) = table.column(target).contents
    else { return nil }
    return FoldStrata(codes: codes) { labels[Int($0)] }
  }
}
