import Configuration
import Datasets

/// How a table is written: what stands between its fields, and whether its first row names the columns.
struct TableLayout {
  let delimiter: UInt8
  let header: CSVHeaderOption

  var delimiterText: String { String(UnicodeScalar(delimiter)) }

  var delimiterName: String {
    switch delimiter {
    case UInt8(ascii: ","): "commas"
    case UInt8(ascii: ";"): "semicolons"
    case UInt8(ascii: "\t"): "tabs"
    case UInt8(ascii: " "): "blanks"
    default: "'\(delimiterText)'"
    }
  }

  /// Those that stand in texts for another reason less often come first.
  private static let delimiters = "\t;|, ".utf8

  /// What is looked at: enough rows to see a rule, and few enough to be quick.
  private static let sampleBytes = 1 << 20
  private static let sampleRows = 1000

  /// - Parameter mustBe: whether the file is known to be a table; otherwise it has to look like one.
  /// - Throws: `Failure` with `not-a-table` if it does not look like one.
  init(_ contents: FileBytes, mustBe: Bool) throws(Failure) {
    let declared = contents.withBytes { CSVDelimiter.declared(in: $0) }
    let samples = (declared.map { [$0] } ?? Array(Self.delimiters)).compactMap {
      Sample(contents, delimiter: $0)
    }
    let tables = samples.filter {
      $0.width > 1 && ($0.delimiter != ASCIIByte.blank || $0.isNumeric)
    }
    // The first of those whose rows agree best.
    let best = tables.reduce(nil as Sample?) { best, next in
      best.map { next.agreement > $0.agreement ? next : $0 } ?? next
    }
    if let best, mustBe || best.agreement == 1 && best.rows.count > 2 && best.looksLikeTable {
      delimiter = best.delimiter
      header = best.header
    } else if let list = samples.first(where: { $0.delimiter == declared ?? ASCIIByte.comma }),
      mustBe || list.isNumeric && list.rows.count > 2
    {
      delimiter = list.delimiter
      header = list.header
    } else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "not-a-table", "'\(contents.name)' does not look like a table"))
    }
  }

  enum ASCIIByte {
    static let comma = UInt8(ascii: ",")
    static let blank = UInt8(ascii: " ")
  }

  /// The first rows of a text as one delimiter divides them.
  private struct Sample {
    let delimiter: UInt8
    private(set) var rows: [[String]] = []
    /// The number of fields that most rows have.
    let width: Int
    /// The share of rows that have so many.
    let agreement: Double

    /// - Returns: `nil` if the text has no row.
    init?(_ contents: FileBytes, delimiter: UInt8) {
      guard let dialect = CSVDialect(delimiter: delimiter) else { return nil }
      self.delimiter = delimiter
      rows = contents.withBytes { bytes in
        var scanner = CSVRowScanner(dialect: dialect, file: contents.name)
        let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(sampleBytes))
        var row = CSVRow()
        var offset = 0
        var rows: [[String]] = []
        while rows.count < sampleRows,
          let outcome = try? scanner.nextRow(
            in: part, from: &offset, isFinal: part.count == bytes.count, into: &row),
          outcome == .row
        {
          rows.append((0..<row.count).map { (try? row.string(at: $0)) ?? "" })
        }
        return rows
      }
      guard !rows.isEmpty else { return nil }
      let counts = Dictionary(grouping: rows, by: \.count).mapValues(\.count)
      let most = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }
      width = most?.key ?? 1
      agreement = Double(most?.value ?? 0) / Double(rows.count)
    }

    /// Whether a field is what columns hold, in whatever notation, and no name for one.
    private static func isValue(_ field: String) -> Bool {
      switch FieldContents(field) {
      case .number, .date, .foreignDate: true
      case .missing: false
      case .text:
        field.utf8.count <= 40 && field.contains { $0.isASCII && $0.isNumber }
          && NotationGuess([field], delimiter: TableLayout.ASCIIByte.comma) != nil
      }
    }

    /// Whether a row has, beside texts, whole numbers that could be years, several in equal steps of ten at most.
    private static func namesYears(_ row: [String]) -> Bool {
      let values = row.filter(isValue)
      let years = values.compactMap { Int($0) }.filter { (1800...2200).contains($0) }
      let steps = Set(zip(years, years.dropFirst()).map { $1 - $0 })
      return years.count == values.count && years.count > 1 && years.count < row.count
        && steps.count == 1 && steps.allSatisfy { $0 != 0 && abs($0) <= 10 }
    }

    /// Whether nearly all fields behind the first row are numbers or missing.
    var isNumeric: Bool {
      let fields = rows.dropFirst(rows.count > 1 ? 1 : 0).joined()
      return fields.count { Self.isValue($0) } * 10 >= fields.count * 9
    }

    /// Whether there are values, or else short texts in several columns: sentences may well have one comma
    /// each.
    var looksLikeTable: Bool {
      let fields = rows.joined().filter { !$0.isEmpty }
      if fields.count(where: { Self.isValue($0) }) * 5 > fields.count { return true }
      return width > 2 && fields.reduce(0) { $0 + $1.utf8.count } <= 12 * fields.count
    }

    /// Whether a row has no name for the first column, which tells the others apart: an index before columns that are
    /// called by numbers. Columns that are only counted have some index in any case.
    private static func namesBehindIndex(_ first: [String], _ below: ArraySlice<[String]>) -> Bool {
      first.first == "" && first.count > 2 && Set(first).count == first.count
        && first.dropFirst().allSatisfy(isValue)
        && (isCount(first.dropFirst()) || isIndex(below.map { $0.first ?? "" }))
    }

    /// 0, 1, 2, …
    private static func isCount(_ fields: ArraySlice<String>) -> Bool {
      fields.enumerated().allSatisfy { $1 == "\($0)" }
    }

    private static func isIndex(_ fields: [String]) -> Bool {
      guard Set(fields).count == fields.count else { return false }
      if fields.allSatisfy({ Int($0) != nil }) { return true }
      return fields.allSatisfy {
        switch FieldContents($0) {
        case .text, .date: true
        case .number, .foreignDate, .missing: false
        }
      }
    }

    /// Names are texts, but for years and behind an index: a first row with another number is data. One of texts
    /// names the columns if a column below it holds none, or if no text occurs again below it.
    var header: CSVHeaderOption {
      guard let first = rows.first, rows.count > 1 else { return .present }
      let below = rows.dropFirst()
      let hasYears = Self.namesYears(first) && !below.contains(where: Self.namesYears)
      if Self.namesBehindIndex(first, below) { return .present }
      if !hasYears, first.contains(where: Self.isValue) { return .absent }
      let isNamed = first.indices.contains { column in
        let fields = below.compactMap { column < $0.count ? $0[column] : nil }
        return fields.count { Self.isValue($0) } * 2 > fields.count
      }
      let recurs = first.indices.contains { column in
        below.contains { column < $0.count && $0[column] == first[column] }
      }
      return isNamed || !recurs ? .present : .absent
    }
  }
}
