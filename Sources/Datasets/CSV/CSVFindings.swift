import Configuration

/// Something wrong at a place of a text, before the place was worked out.
struct CSVFinding {
  enum Kind {
    case notANumber(column: Int)
    case notFinite(column: Int)
    case invalidUTF8
    case raggedRow(count: Int)
  }

  let kind: Kind
  let offset: Int
  /// Counted in bytes.
  let length: Int
}

/// The first of many findings, and how many there were.
struct CSVFindings {
  /// How many findings are told one by one.
  static let limit = 20

  private(set) var first: [CSVFinding] = []
  private(set) var count = 0

  mutating func append(_ finding: CSVFinding) {
    count += 1
    if first.count < Self.limit { first.append(finding) }
  }

  /// Counts some whose places are not known.
  mutating func add(unplaced more: Int) { count += more }

  /// The first finding for all of them.
  var firstOnly: CSVFindings {
    var findings = CSVFindings()
    if let finding = first.first { findings.append(finding) }
    return findings
  }

  /// Adds others and keeps those that stand first in the text.
  mutating func merge(_ others: CSVFindings) {
    count += others.count
    first = Array((first + others.first).sorted { $0.offset < $1.offset }.prefix(Self.limit))
  }
}
