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

  init(_ name: String, _ codes: [Int32], _ labels: [String], rows: [Int32]) {
    self.name = name
    self.codes = codes
    self.labels = labels
    var counts = labels.map { _ in 0 }
    var hasMissing = false
    for row in rows {
      let code = Int(codes[Int(row)])
      if code < 0 { hasMissing = true } else { counts[code] += 1 }
    }
    self.counts = counts
    self.hasMissing = hasMissing
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
