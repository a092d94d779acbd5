import Configuration

/// Where the value of a setting comes from.
package enum SettingOrigin: Sendable, Equatable {
  /// What applies where nobody says anything.
  case standard
  /// What applies where nobody says anything, for this data.
  case data
  /// Someone wrote it, in a file or on the command line.
  case written(Place)
  /// A model file says it, which has no lines.
  case model(String)

  /// `default`, `derived from the data`, `iris.json:12`, `--set`.
  package var text: String {
    switch self {
    case .standard: "default"
    case .data: "derived from the data"
    case .written(let place) where place.file == Override.sourceName: place.file
    case .written(let place): "\(place.file):\(place.line)"
    case .model(let path): path
    }
  }
}

/// Tells where the settings of a resolved configuration come from.
package struct SettingOrigins: Sendable {
  /// The values as they were written, overrides applied.
  private let document: JSONValue
  /// The configuration with the defaults that do not depend on data.
  private let standard: JSONValue

  init(document: JSONValue, standard: RunConfig) {
    self.document = document
    self.standard = standard.json
  }

  /// - Parameter leaf: a setting of the resolved configuration.
  package func origin(of leaf: JSONLeaf) -> SettingOrigin {
    if let location = location(of: leaf) { return .written(location.place) }
    let isStandard = standard.value(at: leaf.path)?.isEqual(to: leaf.value) ?? false
    return isStandard ? .standard : .data
  }

  /// Where the setting was written; `nil` if it was not.
  private func location(of leaf: JSONLeaf) -> Location? {
    var value = document
    for (index, step) in leaf.path.steps.enumerated() {
      if let next = value[step] {
        value = next
        continue
      }
      // A short form stands for an object: of its members it says the type, or what has its value.
      guard value.members == nil, value.items == nil, index + 1 == leaf.path.steps.count,
        step == .key("type") || value.isEqual(to: leaf.value)
      else { return nil }
    }
    return value.location
  }
}
