/// Whether the fields of a column are lists of labels, and what divides them.
package struct LabelGuess {
  package let separator: String
  /// The labels of the fields that were kept, and in how many rows each stands, the most frequent first.
  package let labels: [(text: String, count: Int)]
  /// A field of several labels.
  package let example: String
  /// Whether there are fewer labels than different fields, so that they recur.
  package let recurs: Bool
  /// Whether it can be nothing else: lists of different lengths, put together from fewer labels than there are
  /// different fields, each of which stands in some rows and at different places.
  package let isClear: Bool

  /// What divides lists, that which says so most clearly first.
  private static let separators = ["|", ";", ","]
  /// With more labels than one for so many rows nothing is learned of each.
  private static let rowsPerLabel = 10

  /// - Parameter fields: the different fields of a column of texts, and in how many rows each stands.
  /// - Returns: `nil` where hardly a field has a separator.
  package init?(_ fields: [(text: String, count: Int)]) {
    let rows = fields.reduce(0) { $0 + $1.count }
    for separator in Self.separators {
      let list = LabelList(column: "", separator: separator)
      let lists = fields.map { (labels: list.labels(of: $0.text), count: $0.count) }
      let several = lists.filter { $0.labels.count > 1 }
      guard several.reduce(0, { $0 + $1.count }) * 10 >= rows,
        let example = fields.first(where: { $0.text.contains(separator) })?.text
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
      let recurs = counts.count < lists.count
      self.recurs = recurs
      isClear =
        Set(lists.map(\.labels.count).filter { $0 > 0 }).count > 1 && counts.count > 1
        && recurs && counts.count * Self.rowsPerLabel <= rows
        && counts.values.allSatisfy { $0 > 2 } && !leading.isDisjoint(with: following)
      return
    }
    return nil
  }
}
