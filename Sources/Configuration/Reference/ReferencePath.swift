/// The settings that `hptrain show` lists, by their paths.
extension Reference {
  /// Looks for what may stand at a path: through objects in objects of their own kind, items of arrays and names of the
  /// user's own choice, all of which belong to the key that has them.
  func findings(at path: ConfigPath) -> Findings {
    var forms = root.parts
    var keys: [Holding] = []
    for (index, step) in path.steps.enumerated() {
      var next: [Form] = []
      var holdings: [Holding] = []
      for form in forms {
        switch (form, step) {
        case (.list(let item, _, _), .index), (.map(_, let item, _), .key): next += item.parts
        case (.anything, _): next.append(form)
        case (.object(let members), .key(let name)):
          holdings += self.holdings(of: name, in: section(of: members(), at: path))
        case (.variant(let variant), .key(let name)):
          if name == variant.tag {
            guard index == path.steps.count - 1 else { continue }
            return Findings(tags: [Tag(path: path.description, form: variant)])
          }
          for section in alternatives(of: variant) {
            holdings += self.holdings(of: name, in: section)
          }
        default: continue
        }
      }
      next += holdings.flatMap(\.key.form.parts)
      if next.isEmpty { return Findings() }
      forms = Self.distinct(next)
      if !holdings.isEmpty { keys = holdings }
    }
    return Findings(sections: objects(among: forms, at: path), keys: keys)
  }

  /// The objects of a kind.
  func alternatives(of variant: VariantForm) -> [Section] {
    variant.alternatives().map { alternative in
      sections.first { $0.variant?.kind == variant.kind && $0.type == alternative.type }
        ?? Section(
          paths: [variant.kind],
          variant: .init(kind: variant.kind, tag: variant.tag, form: alternative),
          keys: alternative.keys())
    }
  }

  private func section(of keys: [KeyForm], at path: ConfigPath) -> Section {
    let same = sections.first {
      $0.variant == nil && $0.keys.map(\.name) == keys.map(\.name)
        && $0.keys.map(\.help) == keys.map(\.help)
    }
    return same ?? Section(paths: [path.description], variant: nil, keys: keys)
  }

  private func holdings(of name: String, in section: Section) -> [Holding] {
    section.keys.filter { $0.name == name }.map { Holding(section: section, key: $0) }
  }

  /// The objects that a value, or an item of it, may be.
  private func objects(among forms: [Form], at path: ConfigPath) -> [Section] {
    var found: [Section] = []
    for form in Self.distinct(forms.flatMap(\.itemParts)) {
      let objects: [Section] =
        switch form {
        case .object(let keys): [section(of: keys(), at: path)]
        case .variant(let variant): alternatives(of: variant)
        default: []
        }
      for object in objects where !found.contains(where: { $0.title == object.title }) {
        found.append(object)
      }
    }
    return found
  }

  /// Each kind of variant once: several layers hold layers, so that ways would double with each of them.
  private static func distinct(_ forms: [Form]) -> [Form] {
    var kinds: Set<String> = []
    return forms.filter { form in
      guard case .variant(let variant) = form else { return true }
      return kinds.insert(variant.kind).inserted
    }
  }
}

extension Form {
  /// The same, with the items of arrays in place of these.
  fileprivate var itemParts: [Form] {
    parts.flatMap { form -> [Form] in
      guard case .list(let item, _, _) = form else { return [form] }
      return item.itemParts
    }
  }
}
