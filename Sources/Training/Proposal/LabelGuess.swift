import Configuration
import Datasets

/// Whether the fields of a column are lists of labels, and what divides them.
struct LabelGuess {
  let separator: String
  /// The labels of the fields that were kept, and in how many rows each stands, the most frequent first.
  let labels: [(text: String, count: Int)]
  /// A field of several labels.
  let example: String
  /// Whether it can be nothing else: lists of different lengths, put together from fewer labels than there are
  /// different fields, each of which stands in some rows and at different places.
  let isClear: Bool

  /// What divides lists, that which says so most clearly first.
  private static let separators = ["|", ";", ","]
  /// With more labels than one for so many rows nothing is learned of each.
  private static let rowsPerLabel = 10

  /// - Returns: `nil` where hardly a field has a separator, or the column holds no texts.
  init?(_ column: ColumnProfile) {
    guard column.kind == .category else { return nil }
    let rows = column.labels.reduce(0) { $0 + $1.count }
    for separator in Self.separators {
      let lists = column.labels.map { field in
        (
          labels: LabelList(column: column.name, separator: separator).labels(of: field.text),
          count: field.count
        )
      }
      let several = lists.filter { $0.labels.count > 1 }
      guard several.reduce(0, { $0 + $1.count }) * 10 >= rows,
        let example = column.labels.first(where: { $0.text.contains(separator) })?.text
      else { continue }
      var counts: [String: Int] = [:]
      var leading: Set<String> = []
      var following: Set<String> = []
      for list in lists {
        for label in list.labels { counts[label, default: 0] += list.count }
        if let first = list.labels.first { leading.insert(first) }
        following.formUnion(list.labels.dropFirst())
      }
      self.separator = separator
      self.example = example
      labels = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
      isClear =
        Set(lists.map(\.labels.count).filter { $0 > 0 }).count > 1 && counts.count > 1
        && counts.count < lists.count && counts.count * Self.rowsPerLabel <= rows
        && counts.values.allSatisfy { $0 > 2 } && !leading.isDisjoint(with: following)
      return
    }
    return nil
  }
}
