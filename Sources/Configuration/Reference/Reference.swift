/// Writes a form for people and editors: the answers of `hptrain explain`, and the reference page.
package struct Reference: Sendable {
  /// A table of keys with where it stands.
  struct Section: Sendable {
    /// Several where the same object may stand in several places.
    var paths: [String]
    /// What the object is one of; `nil` if there is nothing else that it could be.
    var variant: Variant?
    var keys: [KeyForm]

    struct Variant: Sendable {
      let kind: String
      let tag: String
      let form: VariantForm.Alternative
    }

    var title: String {
      if let variant { return "\(variant.kind) \(variant.form.type)" }
      return paths == [""] ? "top level" : paths.joined(separator: ", ")
    }

    /// One line on what it is; `nil` for an object whose key says it.
    var summary: String? {
      guard let form = variant?.form else { return nil }
      return form.aliases.isEmpty
        ? form.summary : "\(form.summary) Also written \(Spelling.list(form.aliases, "or"))."
    }

    /// The name in a configuration; empty for an object without one.
    var type: String { variant?.form.type ?? "" }
  }

  /// The key that chooses among the objects of a kind, such as the `type` of an optimizer.
  struct Tag: Sendable {
    /// Where the kind is met first.
    let path: String
    let form: VariantForm
  }

  /// All objects of the configuration, each kind of variant once and its members together.
  let sections: [Section]
  /// One for each kind of variant.
  let tags: [Tag]
  let root: Form

  package init(root: Form) {
    var collector = Collector()
    collector.visit(root, "")
    sections = collector.grouped
    tags = collector.tags
    self.root = root
  }
}

private struct Collector {
  private var sections: [Reference.Section] = []
  private(set) var tags: [Reference.Tag] = []
  private var visited: Set<String> = []

  mutating func visit(_ form: Form, _ path: String) {
    switch form {
    case .boolean, .integer, .number, .string, .choice, .anything: break
    case .list(let item, _, _): visit(item, path + "[]")
    case .map(_, let item, _): visit(item, path + ".*")
    case .either(let forms): for form in forms { visit(form, path) }
    case .object(let keys): add(path, nil, keys())
    case .variant(let variant):
      // Layers hold layers, and everything holds initializers.
      guard visited.insert(variant.kind).inserted else { return }
      tags.append(Reference.Tag(path: path, form: variant))
      for alternative in variant.alternatives() {
        add(
          path, .init(kind: variant.kind, tag: variant.tag, form: alternative), alternative.keys())
      }
    }
  }

  private mutating func add(
    _ path: String, _ variant: Reference.Section.Variant?, _ keys: [KeyForm]
  ) {
    let same = sections.firstIndex {
      variant == nil && $0.variant == nil && $0.keys.map(\.name) == keys.map(\.name)
        && $0.keys.map(\.help) == keys.map(\.help)
    }
    if let same {
      if !sections[same].paths.contains(path) { sections[same].paths.append(path) }
    } else {
      sections.append(Reference.Section(paths: [path], variant: variant, keys: keys))
    }
    for key in keys { visit(key.form, path.isEmpty ? key.name : "\(path).\(key.name)") }
  }

  /// Variants of a kind follow each other; what lies in the first of them comes behind the last.
  var grouped: [Reference.Section] {
    var kinds: Set<String> = []
    return sections.flatMap { section -> [Reference.Section] in
      guard let kind = section.variant?.kind else { return [section] }
      return kinds.insert(kind).inserted ? sections.filter { $0.variant?.kind == kind } : []
    }
  }
}

extension KeyForm {
  /// What a value may be, its unit and its default, in one line.
  var facts: String {
    var facts = [form.summary]
    if let unit { facts.append("in \(unit)") }
    facts.append(
      isRequired ? "required" : defaultValue.map { "default \($0.spacedText)" } ?? "optional")
    return facts.joined(separator: "; ")
  }

  /// The key and, after an equals sign, its default.
  var withDefault: String {
    isRequired ? "\(name) (required)" : name + (defaultValue.map { " = \($0.spacedText)" } ?? "")
  }
}

extension Guidance {
  /// Each part with what to call it, in the order in which it is read.
  var parts: [(label: String, text: String)] {
    let effects =
      switch effect {
      case .amount(let tooLow, let tooHigh): [("too low", tooLow), ("too high", tooHigh)]
      case .choice(let when): [("choose", when)]
      }
    return effects + [("typical", typical)]
  }
}
