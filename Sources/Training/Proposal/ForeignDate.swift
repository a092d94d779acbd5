/// Days as people and programs write them, in notations that are not read.
enum ForeignDate {
  private static let months: Set<String> = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "january", "february", "march", "april", "june", "july", "august", "september", "october",
    "november", "december",
  ]
  private static let weekdays: Set<String> = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday",
  ]
  /// What may stand behind a time.
  private static let zones: Set<String> = [
    "am", "pm", "utc", "gmt", "z", "cet", "cest", "est", "edt", "cst", "cdt", "mst", "mdt", "pst",
    "pdt", "bst",
  ]
  /// The first letters of all names.
  private static let starts = Set((months.union(weekdays)).map { $0.prefix(3) })

  /// Whether a text is three numbers between points, slashes or hyphens, or two and the name of a
  /// month, and perhaps a time, a zone and a day of the week.
  static func isOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard (5...40).contains(bytes.count), let first = bytes.first else { return false }
    // The names of most categories are told from dates without making a text of them.
    guard bytes.contains(where: { (0x30...0x39).contains($0) }) else { return false }
    let startsWithDigit = (0x30...0x39).contains(first)
    let start = String(decoding: bytes.prefix(3), as: UTF8.self).lowercased()
    guard startsWithDigit || starts.contains(start[...]) else { return false }
    let words = String(decoding: bytes, as: UTF8.self).lowercased()
      .split { $0 == " " || $0 == "," }.map(String.init)
    guard words.count <= 8 else { return false }
    let days = words.filter { !isTime($0) && !isZone($0) && !weekdays.contains($0) }
    let parts = days.flatMap {
      $0.split(omittingEmptySubsequences: false) { ".-/".contains($0) }.map(String.init)
    }
    guard parts.count == 3 else { return false }
    let numbers = parts.filter { !months.contains($0) }.map(number)
    guard numbers.allSatisfy({ $0 != nil }) else { return false }
    let short = numbers.count { ($0 ?? 0) <= 2 }
    switch numbers.count {
    case 3:
      return startsWithDigit && days.count == 1 && short >= 2
        && Set(days[0].filter { ".-/".contains($0) }).count == 1
    case 2: return short >= 1
    default: return false
    }
  }

  /// How many digits the number of a day, a month or a year has; `nil` if it is none. English
  /// ordinals are numbers too.
  private static func number(_ part: String) -> Int? {
    let endings = ["st", "nd", "rd", "th"]
    let digits = endings.contains { part.hasSuffix($0) } ? part.dropLast(2) : part[...]
    let isNumber = (1...4).contains(digits.count) && digits.allSatisfy(isDigit)
    return isNumber ? digits.count : nil
  }

  /// `23:59`, `23:59:00.5`, `7:05pm`
  private static func isTime(_ word: String) -> Bool {
    let digits = ["am", "pm", "z"].first { word.hasSuffix($0) }.map { word.dropLast($0.count) }
    let time = digits ?? word[...]
    return time.contains(":") && time.first.map(isDigit) == true
      && time.allSatisfy { isDigit($0) || $0 == ":" || $0 == "." }
  }

  /// `utc`, `gmt`, `+01:00`, `-0500`, `am`
  private static func isZone(_ word: String) -> Bool {
    if zones.contains(word) { return true }
    guard let sign = word.first, sign == "+" || sign == "-" else { return false }
    let digits = word.dropFirst().filter { $0 != ":" }
    return [2, 4].contains(digits.count) && digits.allSatisfy(isDigit)
  }

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }
}
