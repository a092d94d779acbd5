import Configuration

// Orders and divisions that do not fit what a column holds.
extension TableFitting {
  /// Shorter names, such as those of sizes, are all near each other.
  private static let shortestMisspelt = 3

  /// Names in the order of a column that occur nowhere in it, and were probably meant to be others which the order lacks.
  ///
  /// - Parameters:
  ///   - seen: all texts of the column.
  ///   - missing: those that the order lacks.
  func misspeltOrder(of name: String, seen: [String], missing: [String]) -> [Diagnostic] {
    guard !missing.isEmpty, let order = config.columns[name]?.order?.ofCategories else { return [] }
    let known = Set(seen)
    return order.enumerated().compactMap { index, entry in
      // So are numbers.
      guard entry.count >= Self.shortestMisspelt, Double(entry) == nil, !known.contains(entry),
        let nearest = Spelling.nearest(to: entry, among: missing)
      else { return nil }
      return context.finding(
        "unknown-category", "\"\(entry)\" never occurs in column \"\(name)\"",
        at: [.key("columns"), .key(name), .key("order"), .index(index)],
        help: "did you mean \"\(nearest)\"?")
    }
  }

  /// The fraction that takes all rows of the other classes, where the file has several.
  ///
  /// - Parameter labels: the classes of the file.
  func splitThatLeavesOneClass(of labels: [String], in name: String) -> Diagnostic? {
    let shares = [("test", config.test?.share), ("validation", config.validation?.share)]
      .compactMap { key, share in share.map { (key: key, share: $0) } }
    guard labels.count > 1, rowCount < table.rows, rowCount > 0,
      let largest = shares.max(by: { $0.share.fraction < $1.share.fraction })
    else { return nil }
    let maySayStratify = config.window == nil && groups == nil && !largest.share.isStratified
    return context.finding(
      "one-class",
      "the \(Spelling.count(rowCount, "row")) that the \(shares.count == 1 ? "fraction leaves" : "fractions leave") for training have one class only, of \(labels.count) in the target '\(name)'",
      at: [.key(largest.key), .key("fraction")],
      help: "make it smaller" + (maySayStratify ? ", or write \"stratify\": true beside it" : ""))
  }
}
