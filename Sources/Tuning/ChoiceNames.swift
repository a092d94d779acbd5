import Configuration
import Search
import Training

/// Short names of the values of a choice, no two of them the same.
///
/// An object is called by its type and, where others of the choice have that too, by the settings in which they differ:
/// `sgd` and `sgd momentum=0.9`. Where that is too long, they are counted: `sgd#1`, `sgd#2`.
package struct ChoiceNames: Sendable {
  /// By the JSON of the value.
  private var names: [String: String] = [:]

  private static let longest = 40

  package init(_ values: [JSONValue] = []) {
    let groups = Dictionary(grouping: values) { Self.kind(of: $0) }
    for (kind, members) in groups {
      for (member, name) in zip(members, Self.names(of: members, kind)) {
        names[member.compactText] = name
      }
    }
  }

  /// The name of a value; of one that the choice does not have, what it would be called if there were no others.
  package subscript(value: JSONValue) -> String {
    names[value.compactText] ?? Self.kind(of: value)
  }

  /// What a value is called where it need not be told from others.
  private static func kind(of value: JSONValue) -> String {
    if let name = value["type"]?.string ?? value.string { return name }
    if let items = value.items, items.contains(where: { $0.members != nil }) {
      return "[" + items.map(kind).joined(separator: ",") + "]"
    }
    let text = value.compactText
    return value.members != nil && text.count > longest ? "{…}" : text
  }

  private static func names(of values: [JSONValue], _ kind: String) -> [String] {
    let name: String = kind.count > longest ? kind.prefix(longest - 1) + "…" : kind
    guard values.count > 1 else { return [name] }
    return distinguished(values, name) ?? values.indices.map { "\(name)#\($0 + 1)" }
  }

  /// The name of each with the settings that not all have alike; `nil` if these do not tell them apart in a few words.
  private static func distinguished(_ values: [JSONValue], _ kind: String) -> [String]? {
    let leaves = values.map { value in
      // A name stands for the object of that type.
      (value.string == nil ? value : JSONValue.object(["type": value])).leaves()
    }
    let texts = leaves.map { leaves in
      Dictionary(leaves.map { ($0.path, $0.value.string ?? $0.value.compactText) }) { $1 }
    }
    var paths: [ConfigPath] = []
    for leaf in leaves.joined() where !paths.contains(leaf.path) { paths.append(leaf.path) }
    paths = paths.filter { path in Set(texts.map { $0[path] }).count > 1 }
    let keys = paths.map { path in
      path.steps.reversed().lazy.compactMap { step -> String? in
        if case .key(let key) = step { key } else { nil }
      }.first
    }
    let names = texts.map { texts in
      let settings = zip(paths, keys).compactMap { path, key -> String? in
        guard let text = texts[path] else { return nil }
        let isAlone = keys.count { $0 == key } == 1
        return "\(isAlone ? key ?? path.description : path.description)=\(text)"
      }
      return ([kind] + settings).joined(separator: " ")
    }
    let isClear = Set(names).count == names.count && keys.allSatisfy { $0 != nil }
    return isClear && names.allSatisfy { $0.count <= longest } ? names : nil
  }
}

extension TuningSpace {
  /// The names of the values of each choice, by its place.
  package var choiceNames: [String: ChoiceNames] {
    var names: [String: ChoiceNames] = [:]
    for place in places {
      guard case .category(let count) = place.domain else { continue }
      names[place.name] = ChoiceNames((0..<count).map { place.value(of: Double($0)) })
    }
    return names
  }
}
