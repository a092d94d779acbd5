import Configuration
import Datasets

/// What the text of one field is.
enum FieldContents: Equatable {
  case number(Double)
  /// A date, with or without a time, and how it can be read.
  case date([DateReading])
  /// A day in a notation that is not read, as in 12/31/23 or 31 Dec 2023.
  case foreignDate
  /// A word for a missing value.
  case missing
  case text

  var number: Double? { if case .number(let value) = self { value } else { nil } }

  init(_ text: String) {
    var text = text
    self = text.withUTF8 { FieldContents(UnsafeRawBufferPointer($0)) }
  }

  /// - Parameter notation: how numbers are written.
  init(_ bytes: UnsafeRawBufferPointer, notation: NumberNotation = .plain) {
    if case .number(let value) = notation.parse(bytes) {
      self = .number(value)
    } else if MissingWords.contains(bytes) {
      self = .missing
    } else {
      let readings = DateReading.all(of: bytes)
      self = readings.isEmpty ? ForeignDate.isOne(bytes) ? .foreignDate : .text : .date(readings)
    }
  }
}

/// What people and programs write for a value that they do not have: the defaults of pandas
/// (`read_csv`, `na_values`), and dashes.
enum MissingWords {
  static let all = [
    "", "NA", "?", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "-nan", "null", "NULL", "Null",
    "None", "none", "nil", "-", "--",
  ]

  /// Words that are a category as often as not, and a missing value among numbers only.
  static let ambiguous: Set<String> = ["none", "nil", "-", "--"]

  static func isAmbiguous(_ text: UnsafeRawBufferPointer) -> Bool {
    ambiguous.contains(String(decoding: text, as: UTF8.self))
  }

  private static let bytes = Set(all.map { Array($0.utf8) })
  private static let longest = all.map(\.utf8.count).max() ?? 0

  static func contains(_ text: UnsafeRawBufferPointer) -> Bool {
    text.count <= longest && bytes.contains(Array(text))
  }
}
