/// Guesses what a misspelt name was meant to be.
package enum Spelling {
  /// The candidate nearest to a word, if it is near enough to have been meant.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    if let meant = misspelt(word, among: candidates) { return meant }
    let folded = fold(word)
    // An abbreviation or an extension: 'momentum_factor', 'eps'.
    return candidates.first {
      let candidate = fold($0)
      return min(folded.count, candidate.count) >= 3
        && (candidate.hasPrefix(folded) || folded.hasPrefix(candidate))
    }
  }

  /// The candidate that a word is but for a few letters.
  package static func misspelt(_ word: String, among candidates: [String]) -> String? {
    let folded = fold(word)
    if let same = candidates.first(where: { fold($0) == folded }) { return same }
    let scored = candidates.map { ($0, distance(folded, fold($0))) }
    guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
    let allowed = max(1, min(3, max(folded.count, best.0.count) / 3))
    // Words of one letter are all one replacement apart.
    return best.1 <= allowed && best.1 < max(folded.count, fold(best.0).count) ? best.0 : nil
  }

  /// The indefinite article of a noun.
  package static func article(_ noun: String) -> String {
    "aeiou".contains(noun.prefix(1)) ? "an" : "a"
  }

  /// `a, b or c`.
  package static func list(_ words: [String], _ conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }

  /// The first of many names, and how many there are.
  package static func shortened(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ")
      + (names.count > 12 ? ", … (\(names.count) in all)" : "")
  }

  /// What a message calls a file that the user named: its path in quotes, or `standard input`.
  package static func file(_ path: String) -> String {
    path == "-" ? "standard input" : "'\(path)'"
  }

  /// `1 row`, `2 rows`.
  package static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// `there is 1 row`, `there are 2 rows`.
  package static func existence(of number: Int, _ noun: String) -> String {
    "there \(number == 1 ? "is" : "are") \(count(number, noun))"
  }

  /// Digits in groups of three: `1,234,567`.
  package static func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number.magnitude).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + String(text.reversed())
  }

  /// Whether two names differ in nothing but case and what divides their words: `BayesianOptimization` is
  /// `bayesian_optimization`.
  package static func isSame(_ first: String, _ second: String) -> Bool {
    fold(first) == fold(second)
  }

  private static func fold(_ word: String) -> String {
    word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
  }

  /// The number of insertions, deletions, replacements and swaps of neighbours between two words
  /// (optimal string alignment). Words beyond 64 letters count as wholly different.
  package static func distance(_ first: String, _ second: String) -> Int {
    let a = Array(first.utf8)
    let b = Array(second.utf8)
    guard a.count <= 64, b.count <= 64 else { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = min(best, beforeLast[j - 1] + 1)
        }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
