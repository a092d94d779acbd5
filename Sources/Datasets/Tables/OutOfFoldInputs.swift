/// What the training rows have in place of the numbers of their categories, so that no row is told its own
/// target: each fold has numbers that the others make.
struct OutOfFoldInputs: Sendable {
  /// The table by whose file the rows are counted.
  let file: [String]
  /// The fold of each row of the file; below 0 for rows that are none of training.
  let folds: [Int8]
  /// For each fold the inputs of the categories, as `CodedFeature.table`.
  let tables: [[Float]]

  static let foldCount = 5
}
