/// The answers of `hptrain explain` for programs.
extension Reference {
  /// What there is to say about a topic, one object for each section that has to do with it; without
  /// a topic, all sections.
  ///
  /// - Throws: `Failure` with the nearest topic if there is nothing.
  package func json(about topic: String? = nil) throws -> [JSONValue] {
    guard let topic else { return sections.map { json($0, $0.keys) } }
    let found = try findings(about: topic)
    if !found.sections.isEmpty { return found.sections.map { json($0, $0.keys) } }
    if !found.keys.isEmpty { return found.keys.map { json($0.section, [$0.key]) } }
    if !found.tags.isEmpty {
      return found.tags.flatMap { alternatives(of: $0.form) }.map { json($0, $0.keys) }
    }
    return found.values.map { json($0.section, [$0.key]) }
  }

  private func json(_ section: Section, _ keys: [KeyForm]) -> JSONValue {
    var members = [JSONMember("paths", .array(section.paths.map { .string($0) }))]
    if let variant = section.variant {
      members += [
        JSONMember("kind", .string(variant.kind)),
        JSONMember(variant.tag, .string(variant.form.type)),
        JSONMember("summary", .string(variant.form.summary)),
      ]
      members += variant.form.guidance?.jsonMembers ?? []
    }
    members.append(JSONMember("keys", .array(keys.map(json))))
    return .object(members)
  }

  private func json(_ key: KeyForm) -> JSONValue {
    var members = [
      JSONMember("name", .string(key.name)), JSONMember("help", .string(key.help)),
      JSONMember("values", .string(key.form.summary)),
      JSONMember("required", .boolean(key.isRequired)),
    ]
    if let unit = key.unit { members.append(JSONMember("unit", .string(unit))) }
    if let value = key.defaultValue { members.append(JSONMember("default", value)) }
    return .object(members + (key.guidance?.jsonMembers ?? []))
  }
}

extension Guidance {
  /// `too_low` and `too_high`, or `choose`; `typical`; and `example`, the text to paste.
  fileprivate var jsonMembers: [JSONMember] {
    (parts + [("example", example)]).map {
      JSONMember($0.label.replacing(" ", with: "_"), .string($0.text))
    }
  }
}
