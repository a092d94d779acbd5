/// A configuration object that is one of several of its kind, chosen by name.
package protocol ConfigVariant: ConfigObject {
  /// The name in the configuration: `dense`, `adam`.
  static var type: String { get }
  /// One line for the reference.
  static var summary: String { get }
  /// Other names that a configuration may use; the resolved configuration shows `type`.
  static var aliases: [String] { get }
  /// Names in other tools, understood in suggestions only.
  static var synonyms: [String] { get }
}

extension ConfigVariant {
  package static var aliases: [String] { [] }
  package static var synonyms: [String] { [] }
}

/// A variant that a configuration can name, and that therefore says when to choose it.
package protocol GuidedVariant: ConfigVariant {
  /// When to choose it and when not; the example stands in a configuration as it is, as a member, or
  /// as an item of an array.
  static var guidance: Guidance { get }
}

/// The immutable list of everything of one kind that a configuration can name. A new layer,
/// optimizer or loss is one file and one line in its catalog.
package struct Catalog<Item>: Sendable {
  package struct Entry: Sendable {
    package let type: String
    package let aliases: [String]
    package let synonyms: [String]
    package let summary: String
    /// When to choose it; `nil` for what stands in models only.
    package let guidance: Guidance?
    package let keys: @Sendable () -> [KeyForm]
    /// The item with all its defaults.
    package let make: @Sendable () -> Item
    let read: @Sendable ([JSONMember], JSONValue, inout Reading, String, String) -> Item

    /// Of what stands in models only.
    package init<Variant: ConfigVariant>(
      _ variant: Variant.Type, _ upcast: @escaping @Sendable (Variant) -> Item
    ) {
      self.init(variant, guidance: nil, upcast)
    }

    /// Whether other programs have a name for it.
    fileprivate func isCalled(_ name: String) -> Bool {
      synonyms.contains { Spelling.isSame($0, name) }
    }

    /// The key that it needs and of which a name is a value, in its own spelling.
    fileprivate func keyNaming(_ name: String) -> (key: KeyForm, value: String)? {
      for key in keys() where key.isRequired {
        if let value = key.form.spelling(of: name) { return (key, value) }
      }
      return nil
    }

    /// `upcast` turns the concrete type into the kind's common type: `{ $0 }`.
    package init<Variant: GuidedVariant>(
      _ variant: Variant.Type, _ upcast: @escaping @Sendable (Variant) -> Item
    ) {
      self.init(variant, guidance: variant.guidance, upcast)
    }

    private init<Variant: ConfigVariant>(
      _ variant: Variant.Type, guidance: Guidance?,
      _ upcast: @escaping @Sendable (Variant) -> Item
    ) {
      type = variant.type
      aliases = variant.aliases
      synonyms = variant.synonyms
      summary = variant.summary
      self.guidance = guidance
      keys = { Variant.keys.map { $0.keyForm() } }
      make = { upcast(Variant()) }
      read = { members, json, reading, tag, kind in
        let title = "the \(Variant.type) \(kind)"
        return upcast(Variant.read(members, of: json, &reading, tag: tag, title: title))
      }
    }
  }

  package let kind: String
  package let tag: String
  package let entries: [Entry]
  /// The type that is taken when the tag is absent; `nil` makes the tag required.
  package let defaultType: String?
  /// What to do instead of naming what stands elsewhere in a configuration, by its names.
  private let foreignTypes: [String: String]
  private let describe: @Sendable (Item) -> any ConfigVariant

  /// - Parameters:
  ///   - foreignTypes: what to do instead of naming what stands elsewhere in a configuration, by its names.
  ///   - describe: the item as the variant that it is: `{ $0 }`.
  package init(
    kind: String, tag: String = "type", defaultType: String? = nil, _ entries: [Entry],
    foreignTypes: [String: String] = [:],
    describe: @escaping @Sendable (Item) -> any ConfigVariant
  ) {
    self.kind = kind
    self.tag = tag
    self.defaultType = defaultType
    self.entries = entries
    self.foreignTypes = foreignTypes
    self.describe = describe
  }

  package var form: VariantForm {
    VariantForm(kind: kind, tag: tag, defaultType: defaultType) {
      entries.map {
        .init(
          type: $0.type, aliases: $0.aliases, synonyms: $0.synonyms, summary: $0.summary,
          guidance: $0.guidance, keys: $0.keys)
      }
    }
  }

  /// Reads `"name"` or `{"type": "name", …}`.
  package var codec: Codec<Item> {
    Codec(form: .variant(form), read: read, write: write)
  }

  @Sendable private func read(_ json: JSONValue, _ reading: inout Reading) -> Item? {
    if let name = json.string {
      guard let entry = find(name, at: json.location, &reading) else { return nil }
      return entry.read([], json, &reading, tag, kind)
    }
    guard let members = json.members else {
      reading.reportMismatch(
        json, expected: .string("the name of \(article) \(kind), or an object with its '\(tag)'"),
        meant: .variant(form))
      return nil
    }
    guard let named = members.first(where: { $0.key == tag }) else {
      if let misnamed = members.first(where: isMisnamedTag) {
        reading.report(
          code: "missing-key", "\(reading.path.name) lacks the key '\(tag)'",
          at: misnamed.keyLocation,
          help: "write \"\(tag)\" in place of \"\(misnamed.key)\"")
        return nil
      }
      let standard = entries.first { $0.type == defaultType }
      if members.count == 1, let member = members.first, let item = form.item(of: member),
        standard?.keys().contains(where: { $0.name == member.key }) != true
      {
        reading.report(
          code: "missing-key", "\(reading.path.name) lacks the key '\(tag)'",
          at: member.keyLocation, help: "write \(item.spacedText)")
        return nil
      }
      if let entry = standard {
        return entry.read(members, json, &reading, tag, kind)
      }
      reading.report(
        code: "missing-key", "\(reading.path.name) lacks the key '\(tag)'",
        at: json.location?.opening,
        help: "allowed: \(entries.map(\.type).joined(separator: ", "))")
      return nil
    }
    guard let name = named.value.string else {
      reading.within(.key(tag)) {
        $0.reportMismatch(named.value, expected: .string("the name of \(article) \(kind)"))
      }
      return nil
    }
    guard let entry = find(name, at: named.value.location, &reading) else {
      // What else is wrong is told in the same pass, where it is plain what was meant.
      _ = entryMeant(by: name)?.read(members, json, &reading, tag, kind)
      return nil
    }
    return entry.read(members, json, &reading, tag, kind)
  }

  /// The entry that a name stands for which is that of another program, or misspelt; `nil` where a name is the value of
  /// one of its keys.
  private func entryMeant(by name: String) -> Entry? {
    guard advice(instead: name) == nil else { return nil }
    if let entry = entries.first(where: { $0.isCalled(name) }) {
      return entry.keyNaming(name) == nil ? entry : nil
    }
    let meant = Spelling.misspelt(name, among: entries.map(\.type))
    return entries.first { $0.type == meant }
  }

  private func advice(instead name: String) -> String? {
    foreignTypes.first { Spelling.isSame($0.key, name) }?.value
  }

  /// Whether a member names one of the catalog, by a key that other programs have for it.
  private func isMisnamedTag(_ member: JSONMember) -> Bool {
    guard
      ["name", "kind", "class_name", "type"].contains(member.key)
        || Spelling.misspelt(member.key, among: [tag]) != nil,
      let name = member.value.string?.lowercased()
    else { return false }
    return entries.contains {
      $0.type == name || $0.aliases.contains(name) || $0.isCalled(name)
    }
  }

  private func find(_ name: String, at location: Location?, _ reading: inout Reading) -> Entry? {
    if let entry = entries.first(where: { $0.type == name || $0.aliases.contains(name) }) {
      return entry
    }
    let meant = entries.first { $0.isCalled(name) }
    reading.report(
      code: "unknown-\(kind.replacing(" ", with: "-"))", "unknown \(kind) \"\(name)\"",
      at: location,
      help: meant.map { help(for: name, meaning: $0) }
        ?? advice(instead: name)
        ?? reading.suggestion(for: name, among: entries.map(\.type)))
    return nil
  }

  /// What to write for a name that an entry has elsewhere, or that is the value of a key which it needs, as `relu` is
  /// of the layer `activation`.
  private func help(for name: String, meaning entry: Entry) -> String {
    guard let key = entry.keyNaming(name) else { return "did you mean \"\(entry.type)\"?" }
    let members = [
      JSONMember(tag, .string(entry.type)), JSONMember(key.key.name, .string(key.value)),
    ]
    return "write \(JSONValue.object(members).spacedText)"
  }

  @Sendable private func write(_ item: Item) -> JSONValue {
    let variant = describe(item)
    let name = JSONValue.string(Swift.type(of: variant).type)
    let members = variant.resolvedMembers
    return members.isEmpty && tag == "type" && kind != "layer"
      ? name : .object([JSONMember(tag, name)] + members)
  }

  private var article: String { Spelling.article(kind) }
}
