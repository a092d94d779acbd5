/// Finds the unit that the numbers of a column share: `23.4 kmpl`, `180cm`.
struct UnitGuess {
  let unit: String

  /// Texts of which one in so many may have another unit.
  private static let tolerance = 10
  /// Different numbers that a unit needs, since `3 doors` and `5 doors` are names.
  private static let fewest = 3
  private static let longest = 12

  /// Words behind a number that are no unit: they multiply it, or make it a time or a day.
  private static let otherWords: Set<String> = [
    "k", "m", "b", "t", "mn", "mm", "mio", "mrd", "bn", "tsd", "thousand", "thousands", "million",
    "millions", "billion", "billions", "lakh", "lakhs", "crore", "crores", "am", "pm", "o'clock",
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "january", "february", "march", "april", "june", "july", "august", "september", "october",
    "november", "december",
  ]

  /// Units that may follow a number at once; other letters there are a part of a name, as in `12A`.
  private static let closeUnits: Set<String> = [
    "kg", "mg", "g", "lb", "lbs", "oz", "km", "cm", "mm", "mi", "ft", "km/h", "kmh", "mph", "m/s",
    "kW", "kWh", "hp",
    "bhp", "PS", "°", "°C", "°F", "ms", "sec", "min", "hrs", "ml", "mL", "cc", "CC", "Hz", "kHz",
    "MHz", "GHz", "mAh",
    "kB", "KB", "MB", "GB", "TB", "dB", "bar", "psi", "hPa", "m²", "km²", "ft²", "sqft", "px",
  ]

  /// - Parameter texts: the different ones of a column.
  init?(of texts: some Collection<String>) {
    var counts: [Substring: Int] = [:]
    for text in texts { if let unit = Self.unit(of: text) { counts[unit, default: 0] += 1 } }
    guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      most.value >= Self.fewest, (texts.count - most.value) * Self.tolerance <= texts.count
    else { return nil }
    unit = String(most.key)
  }

  /// What stands behind the last digit of a text that begins as a number does.
  private static func unit(of text: String) -> Substring? {
    guard let first = text.first(where: { !"+-\u{2212}(.".contains($0) }), isDigit(first),
      let last = text.lastIndex(where: isDigit)
    else { return nil }
    let rest = text[text.index(after: last)...]
    let unit = rest.drop { $0.isWhitespace }
    guard unit.count <= longest, unit.contains(where: { $0.isLetter || $0 == "°" }),
      !unit.contains(where: { "()+-.,".contains($0) || $0.isNumber && $0.isASCII })
    else { return nil }
    if rest.startIndex == unit.startIndex { return closeUnits.contains(String(unit)) ? unit : nil }
    return otherWords.contains(unit.lowercased()) && unit != "mm" ? nil : unit
  }

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }
}
