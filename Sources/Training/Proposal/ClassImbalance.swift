import Configuration

/// How unequal the classes of a target are.
struct ClassImbalance {
  let smallest: ColumnProfile.Label
  let largest: ColumnProfile.Label

  init?(_ target: ColumnProfile) {
    guard let counts = target.counts, let first = counts.first, let last = counts.last,
      counts.count > 1
    else { return nil }
    (largest, smallest) = (first, last)
  }

  /// Where the accuracy of always giving the same answer is high enough to mislead.
  var isNotable: Bool { largest.count >= 4 * smallest.count }

  /// Where a class would hardly be learned otherwise, and has enough examples to weigh them twenty times:
  /// weights make the probabilities of the rest worse, so they are not for every imbalance.
  var isStrong: Bool { largest.count >= 20 * smallest.count && smallest.count >= 20 }

  var notes: [Diagnostic] {
    var notes: [Diagnostic] = []
    let figures =
      "\"\(smallest.text)\" has \(Spelling.count(smallest.count, "row")), "
      + "\"\(largest.text)\" \(Spelling.grouped(largest.count))"
    if isStrong {
      notes.append(
        Diagnostic(
          .note, .data, code: "imbalance",
          "\(figures), so classes are weighted as if they were equally frequent",
          help: "remove class_weights to learn the classes as frequent as they are"))
    } else if isNotable {
      notes.append(
        Diagnostic(
          .note, .data, code: "imbalance",
          "\(figures): compare the accuracy with that of always answering \"\(largest.text)\""))
    }
    if smallest.count < 3 {
      notes.append(
        Diagnostic(
          .note, .data, code: "rare-class",
          "the class \"\(smallest.text)\" has \(Spelling.count(smallest.count, "row")), too few to learn and to be tested by",
          help: "add rows of it, merge it with another class, or remove it"))
    }
    return notes
  }
}
