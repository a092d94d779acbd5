/// A setting that two documents do not share.
package struct JSONDifference: Sendable {
  /// The setting in the first document; `nil` where it has none.
  package let first: JSONLeaf?
  /// The setting in the second document; `nil` where it has none.
  package let second: JSONLeaf?

  /// The path, with both indices where a list has the setting at another place in each document:
  /// `model.layers[1 → 2].units`.
  package var name: String {
    guard let first, let second else { return (first ?? second)?.path.description ?? "" }
    guard first.path.steps.count == second.path.steps.count else {
      return first.path.description
    }
    return zip(first.path.steps, second.path.steps).reduce(into: "") { text, steps in
      switch steps {
      case (.index(let a), .index(let b)) where a != b: text += "[\(a) → \(b)]"
      case (.index(let index), _): text += "[\(index)]"
      case (.key(let key), _): text += (text.isEmpty ? "" : ".") + key
      }
    }
  }
}

extension JSONValue {
  /// The settings in which another document differs, in the order of this one.
  ///
  /// The items of a list are compared with those that they most likely became, so that one that was put in
  /// between does not make all behind it differ.
  package func differences(to other: JSONValue) -> [JSONDifference] {
    var comparison = JSONComparison()
    comparison.compare(
      JSONLeaf(path: .root, value: self), JSONLeaf(path: .root, value: other))
    return comparison.differences
  }
}

private struct JSONComparison {
  var differences: [JSONDifference] = []

  mutating func compare(_ first: JSONLeaf, _ second: JSONLeaf) {
    let (a, b) = (first.value, second.value)
    if a.isEqual(to: b) { return }
    if let (a, b) = Self.asObjects(a, b) {
      return compare(members: a, b, first.path, second.path)
    }
    if let a = a.items, let b = b.items, !(first.value.isLeaf && second.value.isLeaf) {
      return compare(items: a, b, first.path, second.path)
    }
    guard a.isLeaf, b.isLeaf else {
      add(first, isFirst: true)
      return add(second, isFirst: false)
    }
    differences.append(JSONDifference(first: first, second: second))
  }

  /// Two objects; the short form of a variant, `"adam"`, is one where the other is not short.
  private static func asObjects(
    _ a: JSONValue, _ b: JSONValue
  ) -> ([JSONMember], [JSONMember])? {
    switch (a.members, b.members) {
    case (let a?, let b?): return (a, b)
    case (let a?, nil) where b.string != nil && a.contains { $0.key == "type" }:
      return (a, [JSONMember("type", b)])
    case (nil, let b?) where a.string != nil && b.contains { $0.key == "type" }:
      return ([JSONMember("type", a)], b)
    default: return nil
    }
  }

  private mutating func compare(
    members a: [JSONMember], _ b: [JSONMember], _ first: ConfigPath, _ second: ConfigPath
  ) {
    for member in a {
      let leaf = JSONLeaf(path: first.key(member.key), value: member.value)
      if let other = b.first(where: { $0.key == member.key }) {
        compare(leaf, JSONLeaf(path: second.key(other.key), value: other.value))
      } else {
        add(leaf, isFirst: true)
      }
    }
    for member in b where !a.contains(where: { $0.key == member.key }) {
      add(JSONLeaf(path: second.key(member.key), value: member.value), isFirst: false)
    }
  }

  private mutating func compare(
    items a: [JSONValue], _ b: [JSONValue], _ first: ConfigPath, _ second: ConfigPath
  ) {
    for pair in ListAlignment(a, b).pairs {
      let left = pair.first.map { JSONLeaf(path: first.index($0), value: a[$0]) }
      let right = pair.second.map { JSONLeaf(path: second.index($0), value: b[$0]) }
      if let left, let right {
        compare(left, right)
      } else if let left {
        add(left, isFirst: true)
      } else if let right {
        add(right, isFirst: false)
      }
    }
  }

  /// A part that only one of the documents has.
  private mutating func add(_ part: JSONLeaf, isFirst: Bool) {
    for leaf in part.value.leaves(under: part.path) {
      differences.append(
        JSONDifference(first: isFirst ? leaf : nil, second: isFirst ? nil : leaf))
    }
  }
}

/// Which items of two lists belong together: a longest common subsequence by type and name and, among
/// those, one with the most settings in common. What lies between two pairs is paired in order
/// if there is as much on both sides, as where a layer was replaced by one of another type.
private struct ListAlignment {
  struct Pair {
    let first: Int?
    let second: Int?
  }

  private(set) var pairs: [Pair] = []

  /// Compared by the first, then by the second.
  private struct Score: Comparable {
    var pairs = 0
    var settings = 0

    static func < (a: Score, b: Score) -> Bool {
      (a.pairs, a.settings) < (b.pairs, b.settings)
    }

    static func + (a: Score, b: Score) -> Score {
      Score(pairs: a.pairs + b.pairs, settings: a.settings + b.settings)
    }
  }

  init(_ a: [JSONValue], _ b: [JSONValue]) {
    let leaves = (a.map { $0.leaves() }, b.map { $0.leaves() })
    let own = a.indices.map { i in
      b.indices.map { j in
        Self.canBeSame(a[i], b[j]) ? Self.score(leaves.0[i], leaves.1[j]) : nil
      }
    }
    // The best score of what begins at i and j.
    var best = Array(
      repeating: Array(repeating: Score(), count: b.count + 1), count: a.count + 1)
    for i in a.indices.reversed() {
      for j in b.indices.reversed() {
        best[i][j] = max(best[i + 1][j], best[i][j + 1])
        if let score = own[i][j] { best[i][j] = max(best[i][j], score + best[i + 1][j + 1]) }
      }
    }
    var (i, j) = (0, 0)
    var gap = (first: 0, second: 0)
    while i < a.count, j < b.count {
      if let score = own[i][j], score + best[i + 1][j + 1] == best[i][j] {
        fill(gap.first..<i, gap.second..<j)
        pairs.append(Pair(first: i, second: j))
        (i, j) = (i + 1, j + 1)
        gap = (i, j)
      } else if best[i + 1][j] == best[i][j] {
        i += 1
      } else {
        j += 1
      }
    }
    fill(gap.first..<a.count, gap.second..<b.count)
  }

  private mutating func fill(_ first: Range<Int>, _ second: Range<Int>) {
    if first.count == second.count {
      pairs += zip(first, second).map { Pair(first: $0, second: $1) }
    } else {
      pairs += first.map { Pair(first: $0, second: nil) }
      pairs += second.map { Pair(first: nil, second: $0) }
    }
  }

  private static func canBeSame(_ a: JSONValue, _ b: JSONValue) -> Bool {
    guard (a["type"] ?? a).string == (b["type"] ?? b).string else { return false }
    guard let name = a["name"]?.string, let other = b["name"]?.string else { return true }
    return name == other
  }

  private static func score(_ a: [JSONLeaf], _ b: [JSONLeaf]) -> Score {
    let shared = a.count { leaf in
      b.contains { $0.path == leaf.path && $0.value.isEqual(to: leaf.value) }
    }
    return Score(pairs: 1, settings: shared)
  }
}
