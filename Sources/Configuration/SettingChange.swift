/// A setting that two resolved configurations have different values for.
package struct SettingChange: Sendable {
  package let path: ConfigPath
  /// `nil` where the configuration has no such setting.
  package let old: JSONValue?
  package let new: JSONValue?
  /// Whether a run that was stopped may go on with it.
  package let resumption: Resumption

  package init(path: ConfigPath, old: JSONValue?, new: JSONValue?, resumption: Resumption) {
    self.path = path
    self.old = old
    self.new = new
    self.resumption = resumption
  }
}

extension Form {
  /// The settings of this form that two values differ in; one that is absent is taken for its default.
  ///
  /// - Parameter resumption: that of the values as a whole; keys that say nothing of their own have it.
  package func changes(
    from old: JSONValue?, to new: JSONValue?, at path: ConfigPath = .root, resumption: Resumption
  ) -> [SettingChange] {
    switch self {
    case .object(let keys):
      let changes = Self.changes(of: keys(), old, new, at: path, resumption)
      // An object that is added or taken away is one difference, unless a part of it tells more.
      let isWhole = (old == nil) != (new == nil)
      guard isWhole, changes.allSatisfy({ $0.resumption == .applied }) else { return changes }
    case .variant(let variant):
      let (first, second) = (old.flatMap(variant.chosen), new.flatMap(variant.chosen))
      if let first, first == second,
        let alternative = variant.alternatives().first(where: { $0.type == first })
      {
        return Self.changes(of: alternative.keys(), old, new, at: path, resumption)
      }
    case .list(let item, _, _):
      if let first = old?.items, let second = new?.items, first.count == second.count {
        return zip(first, second).enumerated().flatMap { index, pair in
          item.changes(
            from: pair.0, to: pair.1, at: path.index(index), resumption: resumption)
        }
      }
    case .either(let forms):
      let object = forms.first { if case .object = $0 { true } else { false } }
      if let object, old?.members != nil, new?.members != nil {
        return object.changes(from: old, to: new, at: path, resumption: resumption)
      }
    case .map(_, let item, _):
      if let first = old?.members, let second = new?.members {
        let added = second.map(\.key).filter { key in !first.contains { $0.key == key } }
        return (first.map(\.key) + added).flatMap { name in
          item.changes(
            from: old?[name], to: new?[name], at: path.key(name), resumption: resumption)
        }
      }
    case .boolean, .integer, .number, .string, .choice, .anything: break
    }
    guard old?.compactText != new?.compactText else { return [] }
    return [SettingChange(path: path, old: old, new: new, resumption: resumption)]
  }

  private static func changes(
    of keys: [KeyForm], _ old: JSONValue?, _ new: JSONValue?, at path: ConfigPath,
    _ resumption: Resumption
  ) -> [SettingChange] {
    keys.flatMap { key in
      let standard = key.defaultText.map {
        JSONParser.parse(SourceText(name: "default", $0)).value
      }
      return key.form.changes(
        from: old?[key.name] ?? standard, to: new?[key.name] ?? standard, at: path.key(key.name),
        resumption: key.resumption ?? resumption)
    }
  }
}

extension VariantForm {
  /// The alternative that a value chooses.
  fileprivate func chosen(by value: JSONValue) -> String? { value.string ?? value[tag]?.string }
}
