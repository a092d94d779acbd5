import Configuration

/// The mark before the fraction of a number.
package enum DecimalMark: String, CaseIterable, Sendable {
  case point = "."
  case comma = ","
}

/// What stands between the thousands of a number.
package enum ThousandsSeparator: String, CaseIterable, Sendable {
  case comma = ","
  case point = "."
  case blank = " "
  case apostrophe = "'"
  /// As spreadsheets in Switzerland write it.
  case typographicApostrophe = "\u{2019}"
  case underscore = "_"
  case noBreakSpace = "\u{A0}"
  case narrowNoBreakSpace = "\u{202F}"
}

/// What says that a number is negative where no minus stands before it, as `signs` names it.
package enum NegativeMark: String, CaseIterable, Sendable {
  /// `(5)`, as in accounts.
  case parentheses = "()"
  /// `5-`, as some programs for accounts export it.
  case behind = "-"
  /// The minus of typesetters before it.
  case minus = "\u{2212}"

  func stands(in text: String) -> Bool {
    switch self {
    case .parentheses: text.contains("(") && text.contains(")")
    case .behind: text.count > 1 && text.hasSuffix(rawValue)
    case .minus: text.contains(rawValue)
    }
  }

  /// In words.
  var name: String {
    switch self {
    case .parentheses: "parentheses for negative ones"
    case .behind: "a minus behind them"
    case .minus: "the minus U+2212"
    }
  }
}

/// How the numbers of a column are written.
package struct NumberNotation: ConfigObject, Equatable {
  package var decimal = DecimalMark.point
  package var thousands: ThousandsSeparator?
  /// What may stand before or behind a number and is left out: its unit, or what says that it is negative.
  package var signs: [String] = [] {
    didSet { (units, negativeMarks) = Self.sorted(signs) }
  }
  private var units: [String] = []
  private var negativeMarks: [NegativeMark] = []

  package init() {}

  package init(decimal: DecimalMark, thousands: ThousandsSeparator?, signs: [String] = []) {
    self.decimal = decimal
    self.thousands = thousands
    self.signs = signs
    (units, negativeMarks) = Self.sorted(signs)
  }

  private static func sorted(_ signs: [String]) -> ([String], [NegativeMark]) {
    (signs.filter { NegativeMark(rawValue: $0) == nil }, signs.compactMap(NegativeMark.init))
  }

  package static func == (first: NumberNotation, second: NumberNotation) -> Bool {
    first.decimal == second.decimal && first.thousands == second.thousands
      && first.signs == second.signs
  }

  /// Whether it is that of numbers which need no setting.
  private var isPlain: Bool { decimal == .point && thousands == nil && signs.isEmpty }

  package static let keys: [Key<Self>] = [
    Key("decimal", \.decimal, .choice, help: "The mark before the fraction."),
    Key("thousands", \.thousands, .choice, help: "Between the thousands."),
    Key("signs", \.signs, .list(.string()), help: "Before or behind the number."),
  ]

  /// `12345.6`, which needs no setting.
  package static let plain = NumberNotation()

  /// Longer texts are no numbers in this notation.
  private static let longest = 64

  /// Reads `text`, all of which must be the number: `-1.234,5 €`, with a sign before or behind the unit.
  ///
  /// Between thousands there are three digits, or, as in India, two before the last three.
  package func parse(_ text: UnsafeRawBufferPointer) -> DecimalOutcome {
    if isPlain { return DecimalParser.parse(text) }
    var rest = Slice(base: text, bounds: text.indices)
    var isNegative: Bool?
    // -$5 and $-5, ($5) and $(5), 5- % and 5 %-.
    while true {
      if isNegative == nil, let negative = takeSign(of: &rest) {
        isNegative = negative
      } else if !takeUnit(of: &rest) {
        break
      }
    }
    guard rest.count <= Self.longest else { return .notANumber }
    return withUnsafeTemporaryAllocation(byteCount: Self.longest + 1, alignment: 1) { buffer in
      guard let count = writePlain(rest, isNegative: isNegative == true, to: buffer) else {
        return .notANumber
      }
      return DecimalParser.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Takes off what says whether a number is negative; `nil` if nothing does.
  private func takeSign(of text: inout Slice<UnsafeRawBufferPointer>) -> Bool? {
    guard text.count > 1, let first = text.first, let last = text.last else { return nil }
    if first == ASCII.minus || first == ASCII.plus {
      text = text.dropFirst()
      return first == ASCII.minus
    }
    for mark in negativeMarks {
      switch mark {
      case .parentheses where first == ASCII.opening && last == ASCII.closing:
        text = text.dropFirst().dropLast().drop { $0 == ASCII.space }
        while text.last == ASCII.space { text = text.dropLast() }
      case .behind where last == ASCII.minus:
        text = text.dropLast()
      case .minus where text.starts(with: mark.rawValue.utf8):
        text = text.dropFirst(mark.rawValue.utf8.count)
      default: continue
      }
      return true
    }
    return nil
  }

  /// Takes off a unit at either end with the blanks that divide it from the number.
  private func takeUnit(of text: inout Slice<UnsafeRawBufferPointer>) -> Bool {
    for unit in units where text.count > unit.utf8.count {
      if text.starts(with: unit.utf8) {
        text = text.dropFirst(unit.utf8.count).drop { $0 == ASCII.space }
        return true
      }
      if text.suffix(unit.utf8.count).elementsEqual(unit.utf8) {
        text = text.dropLast(unit.utf8.count)
        while text.last == ASCII.space { text = text.dropLast() }
        return true
      }
    }
    return false
  }

  /// Writes a number without thousands and signs, with a point.
  ///
  /// - Returns: how many bytes it takes; `nil` if the separators are not where they belong.
  private func writePlain(
    _ text: Slice<UnsafeRawBufferPointer>, isNegative: Bool,
    to buffer: UnsafeMutableRawBufferPointer
  ) -> Int? {
    let separator = thousands.map { Array($0.rawValue.utf8) } ?? []
    let mark = decimal.rawValue.utf8.first
    var count = 0
    func write(_ byte: UInt8) {
      buffer[count] = byte
      count += 1
    }
    if isNegative { write(ASCII.minus) }
    var rest = text
    var groups: [Int] = []
    var digits = 0
    while let byte = rest.first {
      if ASCII.isDigit(byte) {
        write(byte)
        digits += 1
        rest = rest.dropFirst()
      } else if !separator.isEmpty, rest.starts(with: separator) {
        groups.append(digits)
        digits = 0
        rest = rest.dropFirst(separator.count)
      } else {
        break
      }
    }
    if let first = groups.first {
      let middle = groups.dropFirst()
      guard digits == 3, (1...3).contains(first),
        middle.allSatisfy({ $0 == 3 }) || middle.allSatisfy({ $0 == 2 }) && first < 3
      else { return nil }
    }
    if let byte = rest.first, byte == mark {
      write(ASCII.dot)
      rest = rest.dropFirst()
    }
    // The fraction and an exponent are those of any number; a point there is another mark.
    for byte in rest {
      guard byte != ASCII.dot else { return nil }
      write(byte)
    }
    return count
  }
}
