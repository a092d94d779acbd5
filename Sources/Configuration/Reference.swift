/// Writes a form for people: the reference page, and answers to `hptrain explain`.
package struct Reference: Sendable {
  private let root: Form

  package init(root: Form) { self.root = root }

  /// A table of keys with where it stands.
  private struct Section {
    var path: String
    var title: String
    var summary: String?
    var keys: [KeyForm]
  }

  /// All objects of the configuration, each kind of variant once.
  private var sections: [Section] {
    var sections: [Section] = []
    var visited: Set<String> = []
    func visit(_ form: Form, _ path: String) {
      switch form {
      case .boolean, .integer, .number, .string, .choice: break
      case .list(let item): visit(item, path + "[]")
      case .map(_, let item): visit(item, path + ".*")
      case .either(let forms): for form in forms { visit(form, path) }
      case .object(let keys): add(path, path.isEmpty ? "top level" : path, nil, keys())
      case .variant(let variant):
        guard visited.insert(variant.kind).inserted else { return }
        for alternative in variant.alternatives() {
          let aliases =
            alternative.aliases.isEmpty
            ? "" : " Also written \(Spelling.list(alternative.aliases, "or"))."
          add(
            path, "\(variant.kind) \(alternative.type)", alternative.summary + aliases,
            alternative.keys())
        }
      }
    }
    func add(_ path: String, _ title: String, _ summary: String?, _ keys: [KeyForm]) {
      sections.append(Section(path: path, title: title, summary: summary, keys: keys))
      for key in keys { visit(key.form, path.isEmpty ? key.name : "\(path).\(key.name)") }
    }
    visit(root, "")
    return sections
  }

  // MARK: - Terminal

  /// What there is to say about a path, a type or the name of a key.
  ///
  /// - Throws: `Failure` with the nearest topics if there is nothing.
  package func text(about topic: String?) throws -> String {
    let sections = sections
    guard let topic else {
      return sections.filter { !$0.path.contains(".") || $0.path.hasPrefix("model.layers") }
        .filter { $0.path.isEmpty || ["data", "model", "training"].contains($0.path) }
        .map(describe).joined(separator: "\n\n")
    }
    // The messages of `check` name layers by their index.
    let plain = topic.replacing(/\[[0-9]*\]/, with: "")
    let exact = sections.filter {
      $0.path.replacing("[]", with: "") == plain || $0.title == topic
        || $0.title.split(separator: " ").last.map(String.init) == topic
    }
    if !exact.isEmpty { return exact.map(describe).joined(separator: "\n\n") }
    let holders = sections.compactMap { section -> String? in
      let name = plain.split(separator: ".").last.map(String.init) ?? plain
      let parent = plain.split(separator: ".").dropLast().joined(separator: ".")
      guard let key = section.keys.first(where: { $0.name == name }),
        parent.isEmpty || section.path.replacing("[]", with: "") == parent
      else { return nil }
      return section.title + "\n" + lines(for: key).joined(separator: "\n")
    }
    if !holders.isEmpty { return holders.joined(separator: "\n\n") }
    let known = sections.flatMap { section in
      [section.path] + section.keys.map(\.name)
        + (section.title.split(separator: " ").last.map { [String($0)] } ?? [])
    }.filter { !$0.isEmpty }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "unknown-topic", "nothing is called '\(topic)'",
        help: Spelling.nearest(to: topic, among: known).map { "did you mean '\($0)'?" }))
  }

  private func describe(_ section: Section) -> String {
    let title = section.summary.map { "\(section.title): \($0)" } ?? section.title
    let keys = section.keys.flatMap(lines)
    return ([title] + (keys.isEmpty ? ["  takes no keys"] : keys)).joined(separator: "\n")
  }

  private func lines(for key: KeyForm) -> [String] {
    var facts = [key.form.summary]
    if let unit = key.unit { facts.append("in \(unit)") }
    facts.append(
      key.isRequired ? "required" : key.defaultText.map { "default \($0)" } ?? "optional")
    return ["  \(key.name)", "      " + key.help, "      " + facts.joined(separator: "; ")]
  }

  // MARK: - Markdown

  /// The reference page.
  package var markdown: String {
    var text = """
      # Configuration reference

      Every key with its values and default, as `hptrain explain` shows it too. This page is written
      by `make reference` from the declarations in the code; a test compares the two.

      A variant may be written as its name alone where all its defaults fit: `"optimizer": "adam"`.

      """ + variantTable
    var kind = ""
    for section in sections {
      let isVariant = section.summary != nil
      let words = section.title.split(separator: " ")
      let sectionKind = isVariant ? words.dropLast().joined(separator: " ") : ""
      if isVariant, sectionKind != kind {
        text +=
          "\n## \(sectionKind.prefix(1).uppercased())\(sectionKind.dropFirst()) — `\(section.path)`\n"
      }
      kind = sectionKind
      text +=
        isVariant
        ? "\n### `\(words.last ?? "")`\n\n\(section.summary ?? "")\n"
        : "\n## \(section.path.isEmpty ? "Top level" : "`\(section.path)`")\n"
      guard !section.keys.isEmpty else { continue }
      text += "\n| key | values | default | meaning |\n|---|---|---|---|\n"
      for key in section.keys {
        let standard = key.isRequired ? "required" : key.defaultText.map { "`\($0)`" } ?? "–"
        let unit = key.unit.map { " In \($0)." } ?? ""
        text +=
          "| `\(key.name)` | \(cell(values(of: key.form))) | \(cell(standard)) | \(cell(key.help + unit)) |\n"
      }
    }
    return text
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
    // Layers hold activations, so that the lines of a kind do not follow each other by themselves.
    var kinds: [String] = []
    var lines: [String: String] = [:]
    for section in sections {
      guard let summary = section.summary else { continue }
      let words = section.title.split(separator: " ")
      let kind = words.dropLast().joined(separator: " ")
      let keys = section.keys.map(brief).joined(separator: ", ")
      if !kinds.contains(kind) { kinds.append(kind) }
      lines[kind, default: ""] +=
        "| \(kind) | `\(words.last ?? "")` | \(cell(keys.isEmpty ? "–" : keys)) | \(cell(summary)) |\n"
    }
    return text + kinds.compactMap { lines[$0] }.joined()
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
    case .list(let item): range(of: item)
    case .either(let forms): forms.lazy.compactMap { range(of: $0) }.first
    default: nil
    }
  }

  private func values(of form: Form) -> String {
    switch form {
    case .integer(let bounds): "integer" + (bounds.interval.map { " in \($0)" } ?? "")
    case .number(let bounds): "number" + (bounds.interval.map { " in \($0)" } ?? "")
    case .choice(let names): names.map { "`\($0)`" }.joined(separator: ", ")
    case .list(let item): "list of: \(values(of: item))"
    case .map(let meaning, _): "object by \(meaning)"
    case .variant(let variant):
      "[\(variant.kind)](#\(variant.kind.replacing(" ", with: "-")))"
    case .either(let forms): forms.map { values(of: $0) }.joined(separator: " or ")
    default: form.summary
    }
  }

  private func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}
