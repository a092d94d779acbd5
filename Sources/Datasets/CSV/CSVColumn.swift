/// What a column is to be read as.
package enum CSVColumnDecision: Sendable, Equatable {
  case skip
  case number
  case category
  /// A category by its `ClassName`.
  case classes
  /// A category whose empty fields are texts as well: lists without an item.
  case list
  /// A number if more than half of the fields that are not missing are numbers, else a category.
  case infer
}

/// A column that was read.
package struct CSVColumn: Sendable {
  package enum Contents: Sendable {
    /// One number for each row; NaN marks a missing one.
    case number(values: DoubleBuffer)
    /// One index into `labels` for each row, -1 for a missing one; the labels stand in the order in
    /// which they first appear.
    case category(codes: [Int32], labels: [String])
    case skipped
  }

  package let name: String
  package let contents: Contents
  /// How many rows hold no value here; 0 if the column was skipped.
  package let missingCount: Int
}
