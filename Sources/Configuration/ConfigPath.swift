/// The way from the root of a configuration to a value: `model.layers[0].units`, and `data.columns["unit.price"].type`
/// where a key has a character that separates steps.
package struct ConfigPath: Sendable, Hashable, CustomStringConvertible {
  package enum Step: Sendable, Hashable {
    case key(String)
    case index(Int)
  }

  package var steps: [Step]

  package init(steps: [Step]) { self.steps = steps }

  package static let root = ConfigPath(steps: [])

  package func key(_ name: String) -> ConfigPath { ConfigPath(steps: steps + [.key(name)]) }
  package func index(_ index: Int) -> ConfigPath { ConfigPath(steps: steps + [.index(index)]) }

  package var description: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .key(let name) where WrittenPath.needsQuotes(name):
        text += "[\(JSONValue.string(name).compactText)]"
      case .key(let name): text += (text.isEmpty ? "" : ".") + name
      case .index(let index): text += "[\(index)]"
      }
    }
  }

  /// The path with its keys as they are, of which some may hold dots.
  package var plainText: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .key(let name): text += (text.isEmpty ? "" : ".") + name
      case .index(let index): text += "[\(index)]"
      }
    }
  }

  /// The name to use in a message about the value: its last key, or the key and index.
  package var name: String { description.isEmpty ? "the configuration" : description }
}

extension JSONValue {
  /// Where the value at a path stands, or else the nearest value around it.
  package func location(of path: ConfigPath) -> Location? {
    var value = self
    var location = value.location
    for step in path.steps {
      guard let next = value[step] else { return location }
      value = next
      location = value.location ?? location
    }
    return location
  }

  /// Where the key at the end of a path stands, or else the value, or the nearest one around it.
  package func keyLocation(of path: ConfigPath) -> Location? {
    let object = path.steps.dropLast().reduce(self as JSONValue?) { $0?[$1] }
    let member = object?.members?.first { path.steps.last == .key($0.key) }
    return member?.keyLocation ?? location(of: path)
  }

  package subscript(_ step: ConfigPath.Step) -> JSONValue? {
    switch step {
    case .key(let name): self[name]
    case .index(let index): items.flatMap { $0.indices.contains(index) ? $0[index] : nil }
    }
  }
}
