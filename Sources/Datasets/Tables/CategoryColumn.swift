/// A column of categories with what its training rows have of them.
struct CategoryColumn {
  let name: String
  let codes: [Int32]
  /// The text of each code.
  let labels: [String]
  /// The training rows of each code.
  let counts: [Int]
  /// Whether a training row has none.
  let hasMissing: Bool
  /// What is known of all training rows, where the codes are those of some.
  private let statistics: TableStatistics.Categories?

  init(
    _ name: String, _ codes: [Int32], _ labels: [String], rows: [Int32],
    statistics: TableStatistics.Categories? = nil
  ) {
    self.name = name
    self.codes = codes
    self.labels = labels
    self.statistics = statistics
    if let statistics {
      counts = statistics.counts
      hasMissing = statistics.missing > 0
      return
    }
    var counts = labels.map { _ in 0 }
    var hasMissing = false
    for row in rows {
      let code = Int(codes[Int(row)])
      if code < 0 { hasMissing = true } else { counts[code] += 1 }
    }
    self.counts = counts
    self.hasMissing = hasMissing
  }

  /// Shows the code of each training row, in the order of the rows where these are known.
  func forEachCode(of rows: [Int32], _ body: (Int32) -> Void) {
    guard let statistics else {
      for row in rows { body(codes[Int(row)]) }
      return
    }
    for _ in 0..<statistics.missing { body(-1) }
    for (code, count) in statistics.counts.enumerated() {
      for _ in 0..<count { body(Int32(code)) }
    }
  }

  /// The first by its letters of several; `nil` where no row has one.
  var mostFrequent: String? {
    labels.indices.filter { counts[$0] > 0 }.max {
      counts[$0] == counts[$1] ? labels[$0] > labels[$1] : counts[$0] < counts[$1]
    }.map { labels[$0] }
  }

  /// The categories of the training rows, in their order, with what stands in for missing ones.
  func categories(withMissing missing: String?) -> [String] {
    var seen = Set(labels.indices.filter { counts[$0] > 0 }.map { labels[$0] })
    if hasMissing, let missing { seen.insert(missing) }
    return CategoryOrder.sorted(Array(seen))
  }
}
