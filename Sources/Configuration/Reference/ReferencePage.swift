/// The reference page, in Markdown.
extension Reference {
  package var markdown: String {
    var page = MarkdownPage()
    page.text = """
      # Configuration reference

      Every key with its values and default and how to choose one, as `hptrain explain` shows it too.
      This page is written by `make reference` from the declarations in the code; a test compares the
      two.

      A variant may be written as its name alone where all its defaults fit: `"optimizer": "adam"`.

      """ + variantTable
    var kind: String?
    for section in sections {
      if let variant = section.variant {
        if variant.kind != kind {
          page.text +=
            "\n## \(plural(variant.kind).capitalizedFirst)\n\nWhere: `\(section.paths[0])`.\n"
        }
        page.text += "\n### `\(section.type)`\n\n\(section.summary ?? "")\n"
        if let guidance = variant.form.guidance { page.add(guidance, label: nil) }
      } else {
        page.text += "\n## \(section.heading)\n"
      }
      kind = section.variant?.kind
      guard !section.keys.isEmpty else { continue }
      page.text += "\n| key | values | default | meaning |\n|---|---|---|---|\n"
      for key in section.keys { page.text += row(key) }
      page.addGuidance(of: section.keys, in: section.name)
    }
    return page.text
  }

  private func row(_ key: KeyForm) -> String {
    let standard = key.isRequired ? "required" : key.defaultText.map { "`\($0)`" } ?? "–"
    let unit = key.unit.map { " In \($0)." } ?? ""
    let cells = ["`\(key.name)`", values(of: key.form), standard, key.help + unit]
    return "| \(cells.map(cell).joined(separator: " | ")) |\n"
  }

  /// One line for everything that can be chosen by name, with its keys, their ranges and defaults.
  private var variantTable: String {
    let text = """

      ## At a glance

      Everything that is chosen by name, and its keys with their ranges and defaults; below are the
      same with what each key means.

      | kind | name | keys | what it is |
      |---|---|---|---|

      """
    let lines = sections.compactMap { section -> String? in
      guard let variant = section.variant else { return nil }
      let keys = section.keys.map(brief).joined(separator: ", ")
      let cells = [
        variant.kind, "`\(section.type)`", keys.isEmpty ? "–" : keys, section.summary ?? "",
      ]
      return "| \(cells.map(cell).joined(separator: " | ")) |\n"
    }
    return text + lines.joined()
  }

  /// `` `rate` [0, 1) = 0.5 ``
  private func brief(_ key: KeyForm) -> String {
    var text = "`\(key.name)`"
    if let range = range(of: key.form) { text += " \(range)" }
    if key.isRequired { return text + " (required)" }
    return text + (key.defaultText.map { " = `\($0)`" } ?? "")
  }

  private func range(of form: Form) -> String? {
    switch form {
    case .integer(let bounds), .number(let bounds): bounds.interval
    case .choice(let names): "{\(names.joined(separator: ", "))}"
    case .list(let item, _, _): range(of: item)
    case .either(let forms): forms.lazy.compactMap { range(of: $0) }.first
    default: nil
    }
  }

  private func values(of form: Form) -> String {
    switch form {
    case .integer(let bounds): "integer" + (bounds.interval.map { " in \($0)" } ?? "")
    case .number(let bounds): "number" + (bounds.interval.map { " in \($0)" } ?? "")
    case .choice(let names): names.map { "`\($0)`" }.joined(separator: ", ")
    case .list(let item, _, _): "list of: \(values(of: item))"
    case .map(let meaning, _, _): "object by \(meaning)"
    case .variant(let variant):
      "[\(variant.kind)](#\(plural(variant.kind).replacing(" ", with: "-")))"
    case .either(let forms): forms.map { values(of: $0) }.joined(separator: " or ")
    default: form.summary
    }
  }

  /// What the section of a kind is called, which no type in it is.
  private func plural(_ kind: String) -> String { kind + (kind.hasSuffix("s") ? "es" : "s") }

  private func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}

extension Reference.Section {
  fileprivate var heading: String {
    paths == [""] ? "Top level" : paths.map { "`\($0)`" }.joined(separator: ", ")
  }

  /// What other sections call it.
  fileprivate var name: String { variant.map { "`\($0.form.type)`" } ?? heading }
}

/// A page that says nothing twice: keys that many objects share are explained where they are met first.
private struct MarkdownPage {
  var text = ""
  private var explained: [(key: KeyForm, place: String)] = []

  mutating func addGuidance(of keys: [KeyForm], in place: String) {
    var items = ""
    // The keys that each earlier section explains.
    var references: [(place: String, names: [String])] = []
    for key in keys {
      guard let guidance = key.guidance else { continue }
      let earlier = explained.first {
        $0.key.name == key.name && $0.key.help == key.help && $0.key.guidance == guidance
      }
      guard let earlier else {
        explained.append((key, place))
        items += item(guidance, label: key.name)
        continue
      }
      if let index = references.firstIndex(where: { $0.place == earlier.place }) {
        references[index].names.append(key.name)
      } else {
        references.append((earlier.place, [key.name]))
      }
    }
    for (place, names) in references {
      items += "- \(names.map { "`\($0)`" }.joined(separator: ", ")): see \(place).\n"
    }
    if !items.isEmpty { text += "\n" + items }
  }

  mutating func add(_ guidance: Guidance, label: String?) {
    text += "\n" + item(guidance, label: label)
  }

  /// The item of a list, or a paragraph without a label.
  private func item(_ guidance: Guidance, label: String?) -> String {
    let parts = guidance.parts.map { "*\($0.label.capitalizedFirst):* \($0.text)" }
    return (label.map { "- **`\($0)`** " } ?? "") + parts.joined(separator: " ")
      + " *Write:* `\(guidance.example)`\n"
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
