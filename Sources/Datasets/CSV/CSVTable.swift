import Configuration

/// The columns of a CSV text that is in memory as a whole.
package struct CSVTable: Sendable {
  /// All columns in the order of the text, skipped ones included.
  package private(set) var columns: [CSVColumn]
  /// How many rows there are, at least 1; the header is none.
  package let rows: Int
  private let source: CSVSource
  private let header: CSVHeader
  private let marks = RowMarks()

  /// How many rows a table may have.
  package static let maximumRows = Int(Int32.max)

  /// Reads all rows.
  ///
  /// - Parameters:
  ///   - decisions: one for each column of `header`; columns beyond it are skipped.
  ///   - notations: how the numbers of each column are written; plainly beyond the end.
  ///   - maximumRows: how many rows there may be.
  /// - Throws: up to 20 of `not-a-number` and `not-finite`, one for each column, `ragged-row` and `invalid-utf-8`,
  ///   and `more-errors` if there were more; or `no-rows`, `too-many-rows`, `out-of-memory`, or what
  ///   `CSVRowScanner.nextRow` throws.
  package init(
    reading source: CSVSource, header: CSVHeader, decisions: [CSVColumnDecision],
    notations: [NumberNotation] = [], missing: MissingTokens,
    maximumRows: Int = CSVTable.maximumRows
  ) throws {
    self.source = source
    self.header = header
    var reader = CSVTableReader(
      source: source, header: header, decisions: decisions, notations: notations,
      missing: missing, maximumRows: maximumRows)
    (columns, rows) = try reader.read()
  }

  /// The file as the user named it.
  var name: String { source.name }

  mutating func replaceColumn(_ index: Int, by column: CSVColumn) { columns[index] = column }

  /// The same without its numbers and categories: what is left tells places.
  func withoutContents() -> CSVTable {
    var table = self
    table.columns = []
    return table
  }

  /// The place of a field, for which the text is scanned once more, at most up to it.
  ///
  /// - Returns: nil if there is no such field.
  package func place(row: Int, column: Int) -> Place? {
    guard row >= 0, column >= 0 else { return nil }
    let nearest = marks.nearest(
      to: row,
      first: {
        RowMarks.Mark(offset: header.rowsOffset, line: source.line(at: header.rowsOffset))
      },
      next: { mark, rows in
        offset(ofRow: rows, from: mark.offset).map { offset in
          RowMarks.Mark(
            offset: offset, line: mark.line + source.lineBreaks(mark.offset..<offset))
        }
      })
    guard let nearest, let start = offset(ofRow: nearest.rows, from: nearest.mark.offset)
    else { return nil }
    return place(
      ofField: column, inRowAt: start,
      source.locator(lineStart: nearest.mark.offset, line: nearest.mark.line))
  }

  /// The place at which a column begins: its name, or its first field where there is no header.
  package func place(ofColumn column: Int) -> Place? {
    offset(ofRow: 0, from: source.contents.bytes.preambleLength).flatMap {
      place(ofField: column, inRowAt: $0, source.locator())
    }
  }

  /// Where a row begins that is so many rows behind another.
  private func offset(ofRow rows: Int, from start: Int) -> Int? {
    defer { extendLifetime(source.contents) }
    let bytes = source.contents.bytes
    let scanner = CSVFieldScanner(source.dialect)
    var offset = start
    var rowsLeft = rows
    while offset < bytes.count {
      if let next = bytes.offset(afterLineBreakAt: offset) {
        offset = next
        continue
      }
      guard rowsLeft > 0 else { return offset }
      var field = CSVField()
      repeat {
        guard let end = try? scanner.scanField(in: bytes, from: &offset, into: &field) else {
          return nil
        }
        if end != .delimiter { break }
      } while true
      rowsLeft -= 1
    }
    return nil
  }

  private func place(
    ofField column: Int, inRowAt start: Int, _ locator: TextLocator
  ) -> Place? {
    defer { extendLifetime(source.contents) }
    let scanner = CSVFieldScanner(source.dialect)
    var locator = locator
    var offset = start
    var field = CSVField()
    for index in 0...column {
      guard
        let end = try? scanner.scanField(
          in: source.contents.bytes, from: &offset, into: &field),
        index == column || end == .delimiter
      else { return nil }
    }
    return locator.place(at: field.offset, length: field.length)
  }

  /// Shows the fields of the first rows, without blanks and quotes around them.
  ///
  /// - Parameters:
  ///   - limit: how many bytes of the rows to look at.
  ///   - body: is called until it returns false. Doubled quotes are left as they stand.
  func forEachField(
    upTo limit: Int, _ body: (_ text: UnsafeRawBufferPointer, _ row: Int, _ column: Int) -> Bool
  ) {
    defer { extendLifetime(source.contents) }
    let bytes = source.contents.bytes
    let scanner = CSVFieldScanner(source.dialect)
    var offset = header.rowsOffset
    let end = min(bytes.count, offset + limit)
    var row = 0
    while offset < end {
      if let next = bytes.offset(afterLineBreakAt: offset) {
        offset = next
        continue
      }
      var column = 0
      var fieldEnd = CSVFieldEnd.delimiter
      while fieldEnd == .delimiter {
        var field = CSVField()
        guard let found = try? scanner.scanField(in: bytes, from: &offset, into: &field) else {
          return
        }
        fieldEnd = found
        let text = UnsafeRawBufferPointer(
          rebasing: bytes[field.offset..<field.offset + field.length])
        guard body(text, row, column) else { return }
        column += 1
      }
      row += 1
    }
  }
}
