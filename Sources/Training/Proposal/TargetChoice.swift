import Configuration
import Datasets

/// Which column of a table is to be predicted, and why.
struct TargetChoice {
  let index: Int
  /// Why this one; `nil` if it was asked for.
  let reason: String?

  /// Names that targets have in teaching and in practice, those that say so most clearly first.
  private static let names = [
    "target", "label", "labels", "class", "y", "output", "outcome", "result", "response", "species",
    "diagnosis", "survived", "churn", "churned", "category", "quality", "rating", "grade", "price",
    "sale_price", "value", "close", "count", "cnt", "sales", "demand", "load",
  ]

  /// - Throws: `Failure` if there is no such column, or none that can be predicted.
  init(_ table: TableProfile, wanted: String?, excluding excluded: Set<Int> = []) throws(Failure) {
    if let wanted {
      index = try table.require(wanted, for: "--target")
      reason = nil
      if let fault = Self.fault(of: table.columns[index]) {
        throw Failure(Self.unusable(table.columns[index], fault))
      }
      return
    }
    try Self.checkLikeliest(table, excluded)
    let usable = table.columns.indices.filter {
      !excluded.contains($0) && Self.fault(of: table.columns[$0]) == nil
    }
    if let named = Self.names.lazy.compactMap({ name in
      usable.first { Self.folded(table.columns[$0].name) == Self.folded(name) }
    }).first {
      index = named
      reason = "because of its name"
      return
    }
    // A last column that counts rows identifies them, unless nothing else is there.
    guard let last = usable.last(where: { !table.columns[$0].hasIdentifyingName }) ?? usable.last
    else {
      let last = table.columns.indices.last { !excluded.contains($0) } ?? 0
      throw Failure(
        Self.unusable(table.columns[last], Self.fault(of: table.columns[last]) ?? "it is no target")
      )
    }
    index = last
    reason =
      last == table.columns.count - 1
      ? "as the last column" : "as the last column that can be predicted"
  }

  /// What is most likely meant and cannot be learned as it stands is an error, and no reason to predict
  /// something else: one class only, and dates.
  private static func checkLikeliest(
    _ table: TableProfile, _ excluded: Set<Int>
  ) throws(Failure) {
    let candidates = table.columns.indices.filter { !excluded.contains($0) }
    let named = names.prefix(5).lazy.compactMap { name in
      candidates.first { folded(table.columns[$0].name) == name }
    }.first
    guard let index = named ?? candidates.last, let fault = fault(of: table.columns[index]) else {
      return
    }
    let column = table.columns[index]
    if column.isConstant || column.kind == .foreignDate { throw Failure(unusable(column, fault)) }
  }

  private static func folded(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  private static func unusable(_ column: ColumnProfile, _ fault: String) -> Diagnostic {
    let isForeign = column.kind == .foreignDate
    let help =
      (isForeign ? column.dateFault?.help(column.name) : nil)
      ?? "choose another column with --target"
    return Diagnostic(
      .error, .data, code: column.isConstant ? "one-class" : "unusable-target",
      "the column '\(column.name)' cannot be the target: \(fault)", help: help)
  }

  /// Why a column cannot be predicted; `nil` if it can.
  static func fault(of column: ColumnProfile) -> String? {
    switch column.kind {
    case .empty: return "it holds no value"
    case .time: return "it holds times"
    case .foreignDate: return "it holds dates in a notation that is not read"
    // Lists of labels may all be different, and are learned label by label.
    case .category where LabelGuess(column)?.isClear == true: return nil
    case .category where column.distinct > max(2, column.present / 2):
      return "it holds texts, nearly each of them another (\(column.distinctText) in "
        + "\(Spelling.count(column.present, "row")))"
    case .category where column.counts == nil:
      return "it holds more than a thousand different texts"
    case .category, .number:
      return column.isConstant
        ? "all its values are the same, '\(column.labels.first?.text ?? "")'" : nil
    }
  }
}
