extension Form {
  /// A document in which a variant is about to become another one, without the members that the new one does not know
  /// and that are what the old one has by default: a resolved configuration writes them out, and nobody chose them.
  ///
  /// - Parameters:
  ///   - path: of what is going to have another value; only of the key that names a variant, as
  ///     `training.optimizer.type`, anything is left out.
  ///   - value: the new value of that key.
  package func leavingOutDefaults(
    in document: JSONValue, where path: ConfigPath, becomes value: JSONValue
  ) -> JSONValue {
    guard case .key(let tag) = path.steps.last, let name = value.string else { return document }
    let parent = path.steps.dropLast()
    guard let variant = variantForm(at: parent, tag: tag),
      let object = document.value(at: ConfigPath(steps: Array(parent))),
      let old = (object[tag]?.string ?? variant.defaultType).flatMap({ variant.keys(of: $0) }),
      let new = variant.keys(of: name)
    else { return document }
    let known = Set(new.map(\.name))
    let names = old.filter { key in
      guard !known.contains(key.name), let standard = key.defaultValue else { return false }
      return object[key.name]?.isEqual(to: standard) ?? false
    }.map(\.name)
    return names.isEmpty ? document : document.removing(Set(names), at: parent)
  }

  private func variantForm(
    at path: ArraySlice<ConfigPath.Step>, tag: String
  ) -> VariantForm? {
    variants(at: path).first { $0.tag == tag }
  }

  private func variants(at path: ArraySlice<ConfigPath.Step>) -> [VariantForm] {
    forms(at: path).compactMap { if case .variant(let variant) = $0 { variant } else { nil } }
  }

  /// The variant that may stand at a path.
  package func variant(at path: ConfigPath) -> VariantForm? { variants(at: path.steps[...]).first }
}

extension VariantForm {
  /// The keys of an alternative by any of its names.
  fileprivate func keys(of name: String) -> [KeyForm]? {
    alternatives().first { $0.type == name || $0.aliases.contains(name) }?.keys()
  }
}

extension JSONValue {
  /// The value without some members of an object within it.
  fileprivate func removing(
    _ names: Set<String>, at path: ArraySlice<ConfigPath.Step>
  ) -> JSONValue {
    var copy = self
    switch (path.first, kind) {
    case (nil, .object(let members)):
      copy.kind = .object(members.filter { !names.contains($0.key) })
    case (.key(let name), .object(var members)):
      for index in members.indices where members[index].key == name {
        members[index].value = members[index].value.removing(names, at: path.dropFirst())
      }
      copy.kind = .object(members)
    case (.index(let index), .array(var items)) where items.indices.contains(index):
      items[index] = items[index].removing(names, at: path.dropFirst())
      copy.kind = .array(items)
    default: break
    }
    return copy
  }
}
