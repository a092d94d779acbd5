import Configuration

/// Finds out how numbers are written that are not read as they stand.
package struct NotationGuess {
  package let notation: NumberNotation

  /// Texts of which one in so many may be no number all the same.
  private static let tolerance = 10
  /// How many texts of a column are looked at.
  private static let sample = 200

  /// Percent and the currencies that have a sign of their own.
  private static let knownSigns = [
    "%", "$", "€", "£", "¥", "₹", "₽", "₩", "CHF", "kr", "USD", "EUR",
  ]

  /// The notations in which texts of a column may be written, the likeliest first.
  ///
  /// - Parameter hasSemicolons: whether these divide the fields, as where commas stand in numbers.
  private static func candidates(hasSemicolons: Bool) -> [NumberNotation] {
    let english = [NumberNotation(decimal: .point, thousands: .comma)]
    let continental = [
      NumberNotation(decimal: .comma, thousands: nil),
      NumberNotation(decimal: .comma, thousands: .point),
    ]
    let others = [
      NumberNotation(decimal: .point, thousands: .blank),
      NumberNotation(decimal: .point, thousands: .noBreakSpace),
      NumberNotation(decimal: .point, thousands: .narrowNoBreakSpace),
      NumberNotation(decimal: .point, thousands: .apostrophe),
      NumberNotation(decimal: .point, thousands: .typographicApostrophe),
      NumberNotation(decimal: .point, thousands: .underscore),
      NumberNotation(decimal: .comma, thousands: .noBreakSpace),
      NumberNotation(decimal: .comma, thousands: .narrowNoBreakSpace),
      NumberNotation(decimal: .comma, thousands: .blank),
    ]
    return [.plain] + (hasSemicolons ? continental + english : english + continental) + others
  }

  /// - Parameter labels: the different texts of a column that holds no plain numbers.
  /// - Returns: `nil` if most of them are no numbers in any notation.
  package init?(_ labels: some Sequence<String>, delimiter: UInt8) {
    self.init(columns: [Array(labels.prefix(Self.sample))], delimiter: delimiter)
  }

  /// The one notation of several columns.
  package init?(columns: [[String]], delimiter: UInt8) {
    let columns = columns.map { $0.prefix(Self.sample) }
    guard columns.allSatisfy({ $0.contains { !NumberNotation.plain.reads($0) } }) else {
      return nil
    }
    let signs = Self.signs(in: columns)
    let candidates = Self.candidates(hasSemicolons: delimiter == UInt8(ascii: ";"))
    let found = candidates.lazy.map {
      NumberNotation(decimal: $0.decimal, thousands: $0.thousands, signs: signs)
    }.first { notation in
      notation != .plain && columns.allSatisfy { Self.fits(notation, $0) }
    }
    guard let found else { return nil }
    notation = found
  }

  /// Currencies, what makes numbers negative, and the units that columns share.
  private static func signs(in columns: [ArraySlice<String>]) -> [String] {
    let texts = columns.joined()
    let currencies = knownSigns.filter { sign in
      texts.contains { text in
        let bare = text.drop { "-(\u{2212}".contains($0) }
        return bare.hasPrefix(sign) || text.hasSuffix(sign) || text.hasSuffix(sign + ")")
      }
    }
    let marks = NegativeMark.allCases.filter { mark in texts.contains(where: mark.stands) }
    let units = columns.compactMap { UnitGuess(of: $0)?.unit }
    var signs = currencies + marks.map(\.rawValue)
    for unit in units where !signs.contains(unit) { signs.append(unit) }
    return signs
  }

  private static func fits(_ notation: NumberNotation, _ labels: ArraySlice<String>) -> Bool {
    var failures = 0
    for label in labels where !notation.reads(label) {
      failures += 1
      if failures * tolerance > labels.count { return false }
    }
    return !labels.isEmpty
  }

  /// The members of a configuration that say so: `"decimal": ",", "signs": ["€"]`.
  package var setting: String {
    var members: [String] = []
    if notation.decimal != .point {
      members.append("\"decimal\": \"\(notation.decimal.rawValue)\"")
    }
    if let thousands = notation.thousands {
      members.append("\"thousands\": \(JSONValue.string(thousands.rawValue).compactText)")
    }
    if !notation.signs.isEmpty {
      members.append(
        "\"signs\": \(JSONValue.array(notation.signs.map { .string($0) }).compactText)")
    }
    return members.joined(separator: ", ")
  }

  /// What such numbers have that plain ones lack: `decimal commas and the sign €`.
  package var name: String {
    var parts: [String] = []
    if notation.decimal == .comma { parts.append("decimal commas") }
    switch notation.thousands {
    case .comma: parts.append("commas between thousands")
    case .point: parts.append("points between thousands")
    case .apostrophe, .typographicApostrophe: parts.append("apostrophes between thousands")
    case .underscore: parts.append("underscores between thousands")
    case .blank, .noBreakSpace, .narrowNoBreakSpace: parts.append("blanks between thousands")
    case nil: break
    }
    let units = notation.signs.filter { NegativeMark(rawValue: $0) == nil }
    if !units.isEmpty {
      parts.append((units.count == 1 ? "the sign " : "the signs ") + Spelling.list(units, "and"))
    }
    parts += notation.signs.compactMap { NegativeMark(rawValue: $0)?.name }
    return Spelling.list(parts, "and")
  }
}

extension NumberNotation {
  /// Whether a text is a number.
  func reads(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 {
      if case .number = parse(UnsafeRawBufferPointer($0)) { true } else { false }
    }
  }
}
