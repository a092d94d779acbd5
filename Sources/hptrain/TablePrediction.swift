import Configuration
import Datasets

/// Answers the rows of a table in their order, one by one as they arrive or a block at a time.
struct TablePrediction {
  private(set) var encoder: RowEncoder
  var answers: AnswerQueue
  private var bad: BadRows
  private var count = 0

  init(encoder: RowEncoder, answers: AnswerQueue, bad: BadRows) {
    self.encoder = encoder
    self.answers = answers
    self.bad = bad
  }

  /// Takes one row.
  ///
  /// - Throws: its findings, where such a row ends the command.
  mutating func take(_ row: CSVRow) throws {
    count += 1
    do throws(Failure) {
      try encoder.encode(row, into: answers.predictor.nextInputs)
    } catch {
      try bad.take(error)
      if bad.handling == .blank { try answers.addBlank() }
      return
    }
    try answers.commit()
  }

  /// Takes the rows of a text that is here as a whole. What could not be encoded at once goes row by row.
  mutating func take(_ blocks: RowBlocks, of contents: FileBytes, dialect: CSVDialect) throws {
    var lines = LineCounter(contents)
    while true {
      let parts = blocks.next()
      if parts.isEmpty { break }
      for part in parts {
        if part.isWhole {
          count += part.count
          try answers.add(part)
          continue
        }
        var stream = CSVRowStream(
          contents, dialect: dialect, range: part.range, line: lines.line(at: part.range.lowerBound)
        )
        var row = CSVRow()
        while try stream.next(into: &row) { try take(row) }
      }
    }
    blocks.addFilledIn(to: &encoder)
  }

  /// - Throws: how many rows are without an answer and why, if any is.
  func finish() throws { try bad.finish(rows: count) }
}
