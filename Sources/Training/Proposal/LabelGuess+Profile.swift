import Datasets

extension LabelGuess {
  /// - Returns: `nil` where hardly a field has a separator, or the column holds no texts.
  init?(_ column: ColumnProfile) {
    guard column.kind == .category else { return nil }
    self.init(column.labels.map { (text: $0.text, count: $0.count) })
  }
}
