import Configuration
import Datasets
import Testing

/// What `body` fails with; fails the test and returns none if it does not fail with a `Failure`.
func diagnostics(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) -> [Diagnostic] {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let failure as Failure {
    return failure.diagnostics
  } catch {
    Issue.record("\(error) is no Failure", sourceLocation: sourceLocation)
  }
  return []
}

extension Diagnostic {
  /// The code and the place in one line, such as `ragged-row 3:1`.
  var summary: String {
    guard let place else { return code }
    return "\(code) \(place.line):\(place.column)"
  }
}

/// All rows of a text, which is scanned as a whole.
func rows(
  _ text: some Collection<UInt8>, dialect: CSVDialect = .standard
) throws -> [[String]] {
  var scanner = CSVRowScanner(dialect: dialect, file: "test.csv")
  var row = CSVRow()
  var offset = 0
  var rows: [[String]] = []
  try Array(text).withUnsafeBytes { bytes in
    while try scanner.nextRow(in: bytes, from: &offset, isFinal: true, into: &row) == .row {
      rows.append(try (0..<row.count).map { try row.string(at: $0) })
    }
  }
  return rows
}

func rows(_ text: String, dialect: CSVDialect = .standard) throws -> [[String]] {
  try rows(text.utf8, dialect: dialect)
}
