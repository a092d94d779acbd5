import Configuration
import Datasets

/// What the text of one field is.
enum FieldContents: Equatable {
  case number(Double)
  /// A date, with or without a time.
  case time
  case notation(ForeignNotation)
  /// A word for a missing value.
  case missing
  case text

  /// Whether it is what columns hold, and no name for one.
  var isValue: Bool {
    switch self {
    case .number, .time, .notation: true
    case .missing, .text: false
    }
  }

  init(_ text: String) {
    var text = text
    self = text.withUTF8 { FieldContents(UnsafeRawBufferPointer($0)) }
  }

  init(_ bytes: UnsafeRawBufferPointer) {
    if case .number(let value) = DecimalParser.parse(bytes) {
      self = .number(value)
    } else if MissingWords.contains(bytes) {
      self = .missing
    } else if let stamp = TimeStamp.parse(bytes), stamp.format.kind != .number {
      self = .time
    } else if let notation = ForeignNotation(bytes) {
      self = .notation(notation)
    } else {
      self = .text
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

/// A number or date in another notation than the one that is read.
enum ForeignNotation: Hashable {
  /// A comma with digits in threes behind it: a thousand, or a fraction of three digits.
  case groupedByThree
  case decimalComma
  case percent
  case currency
  /// A day with its parts in another order, as in 31.12.2023 or 12/31/23.
  case date

  /// - Returns: `nil` for what is in none of these notations.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= 40, let last = bytes.last, bytes.contains(where: { Self.isDigit($0) })
    else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    if Self.isDate(text) {
      self = .date
    } else if last == UInt8(ascii: "%") {
      guard Self.isPlain(text.dropLast()) else { return nil }
      self = .percent
    } else if let first = text.first, let end = text.last,
      Self.currencies.contains(first) || Self.currencies.contains(end)
    {
      let digits = text.filter { !Self.currencies.contains($0) && $0 != " " && $0 != "," }
      guard Self.isPlain(digits[...]) else { return nil }
      self = .currency
    } else {
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      guard parts.count > 1, let head = parts.first, let tail = parts.last,
        Self.isDigits(head.drop { $0 == "-" || $0 == "+" })
      else { return nil }
      let middle = parts.dropFirst()
      let fraction = tail.split(separator: ".", omittingEmptySubsequences: false)
      let isGrouped =
        middle.dropLast().allSatisfy { $0.count == 3 && Self.isDigits($0) }
        && fraction.count <= 2 && fraction.allSatisfy { Self.isDigits($0) }
        && fraction.first?.count == 3 && head.count <= 4
      if isGrouped {
        self = .groupedByThree
      } else if parts.count == 2, Self.isDigits(tail) {
        self = .decimalComma
      } else {
        return nil
      }
    }
  }

  private static let currencies: Set<Character> = ["$", "€", "£", "¥"]

  /// Three numbers between points, slashes or hyphens, and perhaps a time.
  private static func isDate(_ text: String) -> Bool {
    let words = text.split(separator: " ")
    guard let day = words.first, words.count <= 3 else { return false }
    let isTime = words.dropFirst().allSatisfy { word in
      ["am", "pm"].contains(word.lowercased())
        || word.contains(":")
          && word.allSatisfy { $0.isASCII && ($0.isNumber || ":.".contains($0)) }
    }
    return isTime
      && [".", "/", "-"].contains { separator in
        let parts = day.split(separator: Character(separator), omittingEmptySubsequences: false)
        return parts.count == 3 && parts.allSatisfy { isDigits($0) && $0.count <= 4 }
          && parts.count { $0.count <= 2 } >= 2
      }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isDigit($0) }
  }

  private static func isPlain(_ text: Substring) -> Bool {
    var text = String(text)
    return text.withUTF8 {
      if case .number = DecimalParser.parse(UnsafeRawBufferPointer($0)) { true } else { false }
    }
  }
}
