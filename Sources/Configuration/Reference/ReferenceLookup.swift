extension Reference {
  /// A key with the object that has it.
  struct Holding: Sendable {
    let section: Section
    let key: KeyForm
  }

  /// What a topic names.
  struct Findings: Sendable {
    /// Objects, by their path or type.
    var sections: [Section] = []
    /// Keys, by their name or path.
    var keys: [Holding] = []
    /// Keys that choose among objects, by their name or path.
    var tags: [Tag] = []
    /// Keys that take a value of that name.
    var values: [Holding] = []

    var isEmpty: Bool { sections.isEmpty && keys.isEmpty && tags.isEmpty && values.isEmpty }
  }

  /// Looks for a path, a type, a key or the value of a choice.
  ///
  /// - Throws: `Failure` with the nearest topic if there is nothing of that name.
  func findings(about topic: String) throws -> Findings {
    // The messages of `check` name layers by their index.
    let name = topic.replacing(/\[[0-9]*\]/, with: "")
    let found = findings(named: name)
    if !found.isEmpty { return found }
    // What 'show' lists, with places in arrays and names of columns.
    let path = try? ConfigPath.parse(topic, name: "topic")
    if let path {
      let found = findings(at: root.joined(path) ?? path)
      if !found.isEmpty { return found }
    }
    // What it is called elsewhere.
    let other = findings(called: name.lowercased())
    if !other.isEmpty { return other }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "unknown-topic", "nothing is called '\(topic)'",
        help: path.flatMap { suggestion(for: $0) }
          ?? Spelling.nearest(to: topic, among: topics).map { "did you mean '\($0)'?" }))
  }

  /// What was probably meant by a path that begins well.
  private func suggestion(for path: ConfigPath) -> String? {
    let first = ConfigPath(steps: Array(path.steps.prefix(1)))
    return path.steps.count > 1 && root.knows(first) ? root.suggestion(for: path) : nil
  }

  private func findings(named name: String) -> Findings {
    let steps = name.split(separator: ".")
    let last = steps.last.map(String.init) ?? name
    let parent = steps.dropLast().joined(separator: ".")
    return Findings(
      sections: sections.filter { section in
        section.plainPaths.contains(name) || section.title == name || section.type == name
          || section.variant?.form.aliases.contains(name) == true
      },
      keys: holdings { section, key in
        key.name == last
          && (parent.isEmpty || section.type == parent
            || section.plainPaths.contains { $0 == parent || $0.hasSuffix("." + parent) })
      },
      tags: tags.filter { $0.form.tag == last && $0.belongs(to: parent) },
      values: holdings { _, key in key.form.choices.contains(name) })
  }

  private func findings(called name: String) -> Findings {
    Findings(
      sections: sections.filter { $0.variant?.form.synonyms.contains(name) == true },
      keys: holdings { _, key in key.synonyms.contains(name) })
  }

  private func holdings(where matches: (Section, KeyForm) -> Bool) -> [Holding] {
    sections.flatMap { section in
      section.keys.filter { matches(section, $0) }.map { Holding(section: section, key: $0) }
    }
  }

  /// Everything that can be asked for.
  private var topics: [String] {
    let names = sections.flatMap { section in
      section.paths + [section.type] + section.keys.map(\.name)
        + section.keys.flatMap(\.form.choices)
    }
    return (names + tags.map(\.form.tag)).filter { !$0.isEmpty }
  }
}

extension Reference.Section {
  /// The paths as they are asked for, without the marks of lists.
  fileprivate var plainPaths: [String] { paths.map { $0.replacing("[]", with: "") } }
}

extension Reference.Tag {
  /// Whether what stands before the key names its kind, the place of that or one of its objects; nothing names all.
  fileprivate func belongs(to parent: String) -> Bool {
    if parent.isEmpty || form.kind == parent { return true }
    let place = path.replacing("[]", with: "")
    if place == parent || place.hasSuffix("." + parent) { return true }
    return form.alternatives().contains { $0.type == parent }
  }
}

extension Form {
  /// The names among which a value is chosen.
  var choices: [String] {
    switch self {
    case .choice(let names): names
    case .list(let item, _, _): item.choices
    case .either(let forms): forms.flatMap(\.choices)
    default: []
    }
  }

  /// The keys of an object that a value may be, if its keys are fixed.
  var members: [String] {
    switch self {
    case .object(let keys): keys().map(\.name)
    case .list(let item, _, _), .map(_, let item, _): item.members
    case .either(let forms): forms.flatMap(\.members)
    default: []
    }
  }
}
