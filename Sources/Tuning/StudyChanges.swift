import Configuration

/// The settings in which a part of a study's definition differs from that of a search.
struct StudyChanges {
  private let differences: [JSONDifference]

  /// So many are named, and so much of their values.
  private static let most = 3
  private static let longest = 60

  /// - Parameters:
  ///   - before: the JSON that the study was made with.
  ///   - now: that of the search.
  init(from before: String, to now: String) {
    func value(_ text: String) -> JSONValue {
      JSONParser.parse(SourceText(name: "definition", text)).value
    }
    differences = value(before).differences(to: value(now))
  }

  var isEmpty: Bool { differences.isEmpty }

  /// As it stands behind a name: `: 'training.epochs' was 6 and is 2`.
  var text: String {
    guard !isEmpty else { return "" }
    var parts = differences.prefix(Self.most).map { difference in
      let name = difference.name.isEmpty ? "it" : "'\(difference.name)'"
      return "\(name) was \(Self.text(difference.first)) and is \(Self.text(difference.second))"
    }
    let rest = differences.count - parts.count
    if rest > 0 { parts.append("and \(Spelling.count(rest, "more setting"))") }
    return ": " + parts.joined(separator: ", ")
  }

  private static func text(_ leaf: JSONLeaf?) -> String {
    guard let text = leaf?.value.spacedText else { return "left out" }
    return text.count > longest ? text.prefix(longest - 1) + "…" : text
  }
}
