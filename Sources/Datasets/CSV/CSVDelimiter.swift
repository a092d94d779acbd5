/// Recognizes what stands between the fields of a file whose configuration does not say so.
package enum CSVDelimiter {
  /// A tab for `x.tsv`, `x.tab` and the same in gzip; `nil` for other names.
  package static func byName(_ path: String) -> UInt8? {
    var parts = path.lowercased().split(separator: "/").last?.split(separator: ".") ?? []
    if parts.last == "gz" { parts.removeLast() }
    return parts.count > 1 && ["tsv", "tab"].contains(parts.last) ? ASCII.tab : nil
  }

  /// What the line above the first row says.
  package static func declared(in bytes: UnsafeRawBufferPointer) -> UInt8? {
    DelimiterLine(at: bytes.byteOrderMarkLength, of: bytes)?.delimiter
  }

  /// A tab, semicolon or bar where the first row has one and no comma, which would then be one field.
  private static func byFirstRow(_ bytes: UnsafeRawBufferPointer) -> UInt8? {
    guard width(of: bytes, delimiter: ASCII.comma) <= 1 else { return nil }
    return [ASCII.tab, UInt8(ascii: ";"), UInt8(ascii: "|")].first {
      width(of: bytes, delimiter: $0) > 1
    }
  }

  /// By the line above the first row, by the name, else by the first row, else a comma.
  package static func recognized(in contents: FileBytes) -> UInt8 {
    contents.withBytes { recognized(in: $0, of: contents.name) }
  }

  private static func recognized(in bytes: UnsafeRawBufferPointer, of name: String) -> UInt8 {
    declared(in: bytes) ?? byName(name) ?? byFirstRow(bytes) ?? ASCII.comma
  }

  /// What divides a file of a table that is known: what did so in training, but for tabs where the name promises them in place of
  /// commas, and for whatever divides the first row into as many columns where it does not.
  package static func recognized(
    in contents: FileBytes, learned: UInt8, columns: [String]
  ) -> UInt8 {
    contents.withBytes {
      recognized(in: $0, of: contents.name, learned: learned, columns: columns)
    }
  }

  /// The same of a text of which the first row has arrived.
  static func recognized(
    in bytes: UnsafeRawBufferPointer, of name: String, learned: UInt8, columns: [String]
  ) -> UInt8 {
    if let declared = declared(in: bytes) { return declared }
    if learned == ASCII.comma, let named = byName(name) { return named }
    let fields = firstRow(of: bytes, delimiter: learned)
    guard fields.count <= 1 else { return learned }
    let found = recognized(in: bytes, of: name)
    let others = firstRow(of: bytes, delimiter: found)
    // A name may hold what elsewhere divides names.
    guard columns.count == 1 else { return others.count >= max(2, columns.count) ? found : learned }
    return others.count > 1 && others.contains(columns[0]) && fields != columns ? found : learned
  }

  private static func width(of bytes: UnsafeRawBufferPointer, delimiter: UInt8) -> Int {
    firstRow(of: bytes, delimiter: delimiter).count
  }

  /// The fields of the first row; none where its quotes stand for another delimiter.
  private static func firstRow(of bytes: UnsafeRawBufferPointer, delimiter: UInt8) -> [String] {
    guard let dialect = CSVDialect(delimiter: delimiter) else { return [] }
    var scanner = CSVRowScanner(dialect: dialect, file: "")
    var row = CSVRow()
    var offset = 0
    guard
      (try? scanner.nextRow(in: bytes, from: &offset, isFinal: true, into: &row)) == .row
    else { return [] }
    return (0..<row.count).map { (try? row.string(at: $0)) ?? "" }
  }
}
