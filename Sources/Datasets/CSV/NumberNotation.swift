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
  case underscore = "_"
  case noBreakSpace = "\u{A0}"
  case narrowNoBreakSpace = "\u{202F}"
}

/// How the numbers of a column are written.
package struct NumberNotation: ConfigObject, Equatable {
  package var decimal = DecimalMark.point
  package var thousands: ThousandsSeparator?
  /// What may stand before or behind a number and says nothing but its unit.
  package var signs: [String] = []

  package init() {}

  package init(decimal: DecimalMark, thousands: ThousandsSeparator?, signs: [String] = []) {
    self.decimal = decimal
    self.thousands = thousands
    self.signs = signs
  }

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
    if self == .plain { return DecimalParser.parse(text) }
    var rest = Slice(base: text, bounds: text.indices)
    var isNegative = false
    var isSigned = false
    // -$5 and $-5, +5% and 5 %.
    while let first = rest.first {
      if !isSigned, first == ASCII.minus || first == ASCII.plus {
        isNegative = first == ASCII.minus
        isSigned = true
        rest = rest.dropFirst()
      } else if let sign = signs.first(where: { rest.starts(with: $0.utf8) }) {
        rest = rest.dropFirst(sign.utf8.count).drop { $0 == ASCII.space }
      } else {
        break
      }
    }
    for sign in signs
    where rest.count > sign.utf8.count && rest.suffix(sign.utf8.count).elementsEqual(sign.utf8) {
      rest = rest.dropLast(sign.utf8.count)
      while rest.last == ASCII.space { rest = rest.dropLast() }
    }
    guard rest.count <= Self.longest else { return .notANumber }
    return withUnsafeTemporaryAllocation(byteCount: Self.longest + 1, alignment: 1) { buffer in
      guard let count = writePlain(rest, isNegative: isNegative, to: buffer) else {
        return .notANumber
      }
      return DecimalParser.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
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
