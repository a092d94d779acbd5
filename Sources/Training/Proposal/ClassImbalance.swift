import Configuration

/// How unequal the classes of a target are.
struct ClassImbalance {
  let smallest: ColumnProfile.Label
  let largest: ColumnProfile.Label

  /// What has a class: a row of a table, or an example.
  private let noun: String

  init?(_ target: ColumnProfile) { self.init(target.counts ?? [], of: "row") }

  /// - Parameter counts: the most frequent class first.
  init?(_ counts: [ColumnProfile.Label], of noun: String) {
    guard let first = counts.first, let last = counts.last, counts.count > 1 else { return nil }
    (largest, smallest) = (first, last)
    self.noun = noun
  }

  /// Where the accuracy of always giving the same answer is high enough to mislead.
  var isNotable: Bool { largest.count >= 4 * smallest.count }

  /// Where a rare class is hardly ever the likeliest, so that a threshold or weights may be wanted. Neither is set
  /// here: weights make the probabilities wrong, and what a miss costs is not in the data.
  private var isStrong: Bool { largest.count >= 20 * smallest.count && smallest.count >= 20 }

  var notes: [Diagnostic] {
    var notes: [Diagnostic] = []
    let figures =
      "\"\(smallest.text)\" has \(Spelling.count(smallest.count, noun)), "
      + "\"\(largest.text)\" \(Spelling.grouped(largest.count))"
    if isNotable {
      notes.append(
        Diagnostic(
          .note, .data, code: "imbalance",
          "\(figures): compare the accuracy with that of always answering \"\(largest.text)\"",
          help: isStrong
            ? "to find more of \"\(smallest.text)\", choose a threshold with hptrain find-threshold, or set \"class_weights\": \"balanced\" in the loss"
            : nil))
    }
    if smallest.count < 3 {
      notes.append(
        Diagnostic(
          .note, .data, code: "rare-class",
          "the class \"\(smallest.text)\" has \(Spelling.count(smallest.count, noun)), too few to learn and to be tested by",
          help: "add \(noun)s of it, merge it with another class, or remove it"))
    }
    return notes
  }
}
