/// The way from the root of a configuration to a value: `model.layers[0].units`.
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
      switch step {
      case .key(let name):
        guard let next = value[name] else { return location }
        value = next
      case .index(let index):
        guard let items = value.items, items.indices.contains(index) else { return location }
        value = items[index]
      }
      location = value.location ?? location
    }
    return location
  }
}
