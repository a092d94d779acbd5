import Configuration

/// The columns of a CSV text that is in memory as a whole.
package struct CSVTable: Sendable {
  /// All columns in the order of the text, skipped ones included.
  package private(set) var columns: [CSVColumn]
  /// How many rows there are, at least 1; the header is none.
  package let rows: Int
  private let source: CSVSource
  private let header: CSVHeader

  /// How many rows a table may have.
  package static let maximumRows = Int(Int32.max)

  /// Reads all rows.
  ///
  /// - Parameters:
  ///   - decisions: one for each column of `header`; columns beyond it are skipped.
  ///   - notations: how the numbers of each column are written; plainly beyond the end.
  ///   - maximumRows: how many rows there may be.
  /// - Throws: up to 20 of `not-a-number`, `not-finite`, `ragged-row` and `invalid-utf-8`, and
  ///   `more-errors` if there were more; or `no-rows`, `too-many-rows`, `out-of-memory`, or what
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

  /// The place of a field, for which the text is scanned once more.
  ///
  /// - Returns: nil if there is no such field.
  package func place(row: Int, column: Int) -> Place? {
    guard row >= 0, column >= 0 else { return nil }
    return place(after: row, from: header.rowsOffset, column: column)
  }

  /// The place at which a column begins: its name, or its first field where there is no header.
  package func place(ofColumn column: Int) -> Place? {
    place(after: 0, from: source.contents.bytes.preambleLength, column: column)
  }

  /// - Parameter rows: how many rows to pass over.
  private func place(after rows: Int, from start: Int, column: Int) -> Place? {
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
      var index = 0
      var end = CSVFieldEnd.delimiter
      while end == .delimiter {
        var field = CSVField()
        guard let found = try? scanner.scanField(in: bytes, from: &offset, into: &field) else {
          return nil
        }
        end = found
        if rowsLeft == 0, index == column {
          var locator = source.locator()
          return locator.place(at: field.offset, length: field.length)
        }
        index += 1
      }
      if rowsLeft == 0 { return nil }
      rowsLeft -= 1
    }
    return nil
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
