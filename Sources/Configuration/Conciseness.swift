extension JSONValue {
  /// The value without the members that say what holds anyway: those that equal the default of their
  /// key, at every level. A variant of which only the name is left is written as its name.
  ///
  /// - Parameters:
  ///   - form: what the value may look like.
  ///   - kept: keys that stay all the same, because readers look for them.
  package func withoutDefaults(of form: Form, keeping kept: Set<String> = []) -> JSONValue {
    switch form {
    case .boolean, .integer, .number, .string, .choice, .anything: return self
    case .list(let item, _, _):
      return items.map { .array($0.map { $0.withoutDefaults(of: item, keeping: kept) }) } ?? self
    case .map(_, let item, _):
      return members.map { members in
        .object(
          members.map { JSONMember($0.key, $0.value.withoutDefaults(of: item, keeping: kept)) })
      } ?? self
    case .object(let keys):
      return members.map { .object(Self.members($0, without: keys(), kept)) } ?? self
    case .variant(let variant): return withoutDefaults(of: variant, kept)
    case .either(let forms):
      return forms.first { $0.mayHold(self) }.map { withoutDefaults(of: $0, keeping: kept) } ?? self
    }
  }

  private func withoutDefaults(of variant: VariantForm, _ kept: Set<String>) -> JSONValue {
    guard let members, let name = self[variant.tag]?.string,
      let alternative = variant.alternatives().first(where: { $0.type == name })
    else { return self }
    let rest = Self.members(
      members.filter { $0.key != variant.tag }, without: alternative.keys(), kept)
    // Layers and data sections are objects wherever they stand, so that another key is soon added.
    let isNameEnough = rest.isEmpty && variant.tag == "type" && variant.kind != "layer"
    return isNameEnough
      ? .string(name) : .object([JSONMember(variant.tag, .string(name))] + rest)
  }

  private static func members(
    _ members: [JSONMember], without keys: [KeyForm], _ kept: Set<String>
  ) -> [JSONMember] {
    members.compactMap { member in
      guard let key = keys.first(where: { $0.name == member.key }) else { return member }
      if kept.contains(member.key) { return member }
      if member.value.compactText == key.defaultText { return nil }
      let value = member.value.withoutDefaults(of: key.form, keeping: kept)
      // An object of which nothing is left says nothing.
      if value.members?.isEmpty == true, member.value.members?.isEmpty == false { return nil }
      return JSONMember(member.key, value)
    }
  }
}

extension Form {
  /// Whether a value is of this form, as far as it takes to tell the forms of one key apart.
  fileprivate func mayHold(_ value: JSONValue) -> Bool {
    switch self {
    case .object(let keys):
      value.members.map { members in
        let names = Set(keys().map(\.name))
        return members.allSatisfy { names.contains($0.key) }
      } ?? false
    case .variant(let variant): value[variant.tag] != nil || value.string != nil
    case .either(let forms): forms.contains { $0.mayHold(value) }
    default: takes(value)
    }
  }
}
