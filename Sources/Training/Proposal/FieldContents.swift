import Configuration
import Datasets

/// What the text of one field is.
enum FieldContents: Equatable {
  case number(Double)
  /// A date, with or without a time.
  case time
  /// A day with its parts in another order than is read, as in 31.12.2023 or 12/31/23.
  case foreignDate
  /// A word for a missing value.
  case missing
  case text

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
    } else if let stamp = TimeStamp.parse(bytes), stamp.format.kind != .number {
      self = .time
    } else if Self.isForeignDate(bytes) {
      self = .foreignDate
    } else {
      self = .text
    }
  }
}

extension FieldContents {
  /// Three numbers between points, slashes or hyphens, and perhaps a time.
  private static func isForeignDate(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count <= 40, let first = bytes.first, (0x30...0x39).contains(first) else {
      return false
    }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard let day = words.first, words.count <= 3 else { return false }
    let isTime = words.dropFirst().allSatisfy { word in
      ["am", "pm"].contains(word.lowercased())
        || word.contains(":")
          && word.allSatisfy { $0.isASCII && ($0.isNumber || ":.".contains($0)) }
    }
    return isTime
      && [".", "/", "-"].contains { separator in
        let parts = day.split(separator: Character(separator), omittingEmptySubsequences: false)
        return parts.count == 3
          && parts.allSatisfy {
            (1...4).contains($0.count) && $0.allSatisfy { $0.isASCII && $0.isNumber }
          }
          && parts.count { $0.count <= 2 } >= 2
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

  private static let bytes = Set(all.map { Array($0.utf8) })
  private static let longest = all.map(\.utf8.count).max() ?? 0

  static func contains(_ text: UnsafeRawBufferPointer) -> Bool {
    text.count <= longest && bytes.contains(Array(text))
  }
}
