/// A value of a document together with the way to it.
package struct JSONLeaf: Sendable {
  package let path: ConfigPath
  package let value: JSONValue

  package init(path: ConfigPath, value: JSONValue) {
    self.path = path
    self.value = value
  }
}

extension JSONValue {
  /// Whether the value is one setting: a scalar, a list of scalars such as `[3, 3]`, or an empty object.
  package var isLeaf: Bool {
    switch kind {
    case .null, .boolean, .number, .string, .invalid: true
    case .array(let items): items.allSatisfy(\.isScalar)
    case .object(let members): members.isEmpty
    }
  }

  private var isScalar: Bool { items == nil && members == nil }

  /// The settings inside the value, in its order.
  package func leaves(under path: ConfigPath = .root) -> [JSONLeaf] {
    if isLeaf { return [JSONLeaf(path: path, value: self)] }
    return children.flatMap { $1.leaves(under: ConfigPath(steps: path.steps + [$0])) }
  }

  /// Every value inside this one and itself, from the outside in.
  package func nodes(under path: ConfigPath = .root) -> [JSONLeaf] {
    [JSONLeaf(path: path, value: self)]
      + children.flatMap { $1.nodes(under: ConfigPath(steps: path.steps + [$0])) }
  }

  private var children: [(ConfigPath.Step, JSONValue)] {
    switch kind {
    case .array(let items): items.enumerated().map { (.index($0), $1) }
    case .object(let members): members.map { (.key($0.key), $0.value) }
    default: []
    }
  }

  /// The value at a path; of a short form such as `"adam"`, its `type`.
  package func value(at path: ConfigPath) -> JSONValue? {
    var value = self
    for step in path.steps {
      if case .key("type") = step, value.string != nil { continue }
      guard let next = value[step] else { return nil }
      value = next
    }
    return value
  }

  /// Whether two values say the same, wherever they stand and however their numbers are written.
  package func isEqual(to other: JSONValue) -> Bool {
    switch (kind, other.kind) {
    case (.null, .null): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.number(let a), .number(let b)): a.value == b.value
    case (.string(let a), .string(let b)): a == b
    case (.array(let a), .array(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.isEqual(to: $1) }
    case (.object(let a), .object(let b)):
      a.count == b.count
        && a.allSatisfy { member in other[member.key]?.isEqual(to: member.value) ?? false }
    default: false
    }
  }
}
