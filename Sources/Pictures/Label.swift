/// Names cut to what there is room for.
enum Label {
  /// What stands at a mark of an axis, in characters.
  static let longest = 14

  static func shortened(_ text: String, to most: Int = Label.longest) -> String {
    text.count > most ? text.prefix(max(0, most - 1)) + "…" : text
  }

  /// The start and the end of a text.
  static func middle(_ text: String, to most: Int = Label.longest) -> String {
    text.count > most ? text.prefix(max(0, most / 2 - 1)) + "…" + text.suffix(most / 2) : text
  }

  /// Names that are told apart as far as that can be: cut at the end; those that begin alike, in the middle; those that
  /// also end alike, before the first word that differs; and else with their number.
  ///
  /// - Parameter keepsEnds: whether all are cut in the middle at first, as where ends say most.
  static func distinct(
    _ texts: [String], to most: Int = Label.longest, keepsEnds: Bool = false
  ) -> [String] {
    var labels = texts.map { keepsEnds ? middle($0, to: most) : shortened($0, to: most) }
    let cuts: [(_ text: String, _ shared: Int, _ number: Int) -> String] = [
      { text, _, _ in middle(text, to: most) },
      { text, shared, _ in
        guard shared > 0 else { return middle(text, to: most) }
        return "…" + shortened(String(text.dropFirst(shared)), to: most - 1)
      },
      { text, _, number in
        let end = "…#\(number)"
        return text.prefix(max(0, most - max(5, end.count))) + end
      },
    ]
    for cut in cuts {
      for places in Dictionary(grouping: texts.indices, by: { labels[$0] }).values
      where places.count > 1 {
        let shared = sharedWords(places.map { texts[$0] })
        for place in places where texts[place].count > most {
          labels[place] = cut(texts[place], shared, place + 1)
        }
      }
    }
    return labels
  }

  /// How many characters the words have that all texts begin with.
  static func sharedWords(_ texts: [String]) -> Int {
    guard let first = texts.first else { return 0 }
    let shared = texts.dropFirst().reduce(first) { shared, text in
      String(zip(shared, text).prefix { $0 == $1 }.map(\.0))
    }
    // A letter behind digits is the one between a date and its time.
    let end = shared.indices.last { index in
      let isBehindDigit = index > shared.startIndex && shared[shared.index(before: index)].isNumber
      return shared[index] == " " || shared[index] == "T" && isBehindDigit
    }
    return end.map { shared.distance(from: shared.startIndex, to: $0) + 1 } ?? 0
  }

  /// What a legend says, with a number in brackets at the end left whole.
  static func ofLegend(_ names: [String], to most: Int = 40) -> [String] {
    let parts = names.map { name -> (head: String, tail: String) in
      guard name.hasSuffix(")"), let start = name.lastIndex(of: " ") else { return (name, "") }
      let tail = name[start...]
      guard tail.hasPrefix(" ("), tail.count <= 12 else { return (name, "") }
      return (String(name[..<start]), String(tail))
    }
    let longestTail = parts.map(\.tail.count).max() ?? 0
    let heads = distinct(parts.map(\.head), to: most - longestTail, keepsEnds: true)
    return zip(heads, parts).map { head, part in head + part.tail }
  }
}
