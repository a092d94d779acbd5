/// The answers of `hptrain explain` on a terminal.
extension Reference {
  /// What there is to say about a path, a type, a key or a value; without a topic, the sections.
  ///
  /// - Parameter width: the longest line, in characters.
  /// - Throws: `Failure` with the nearest topic if there is nothing.
  package func text(about topic: String? = nil, width: Int = 88) throws -> String {
    let page = TextPage(width: width)
    guard let topic else { return overview(page) }
    let found = try findings(about: topic)
    var blocks: [[String]]
    var others: [Holding] = []
    var otherTags: [Tag] = []
    if !found.sections.isEmpty {
      blocks = describe(found.sections, page)
      others = found.keys + found.values
      otherTags = found.tags
    } else if !found.keys.isEmpty {
      blocks = clusters(of: found.keys).flatMap { $0.blocks(page) }
      others = found.values
      otherTags = found.tags
    } else if !found.tags.isEmpty {
      blocks = found.tags.flatMap { describe($0, page) }
      others = found.values
    } else {
      blocks = clusters(of: found.values).flatMap { $0.blocks(page) }
    }
    let places =
      others.map { "\($0.key.name) of \($0.section.title)" }
      + otherTags.map { "\($0.form.tag) of \($0.form.kind)" }
    if !places.isEmpty {
      blocks.append(page.labeled("see also", places.joined(separator: "; "), indentation: 0))
    }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  /// The sections with their keys, a line or two for each.
  private func overview(_ page: TextPage) -> String {
    let chosen = sections.filter {
      !Set($0.paths).isDisjoint(with: ["", "data", "model", "training"])
    }
    let blocks = chosen.map { section in
      let names = section.keys.map(\.name)
      let column = (names.map(\.count).max() ?? 0) + 2
      return page.paragraph(section.heading)
        + section.keys.flatMap { key in
          page.labeled(
            key.name, key.help + (key.isRequired ? " Required." : ""), indentation: 2,
            column: column)
        }
    }
    let closing = page.paragraph(
      "'hptrain explain TOPIC' says how to choose: of a path (training.optimizer), a type (adam), "
        + "a key (learning_rate, sgd.momentum) or a value (min_max).")
    return (blocks + [closing]).map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func describe(_ sections: [Section], _ page: TextPage) -> [[String]] {
    // Who asks for all layers wants to choose one.
    let isCatalog = sections.count > 2
    var blocks = sections.map { section in
      var lines = page.paragraph(section.heading)
      if let guidance = section.variant?.form.guidance {
        lines +=
          isCatalog
          ? guidance.parts.prefix(1).flatMap { page.labeled($0.label, $0.text, indentation: 2) }
          : page.guidance(guidance, indentation: 2)
      }
      if section.keys.isEmpty { return lines + ["  takes no keys"] }
      if isCatalog {
        let keys = section.keys.map(\.withDefault).joined(separator: ", ")
        return lines + page.labeled("keys", keys, indentation: 2)
      }
      for key in section.keys {
        lines += ["", "  \(key.name)"] + page.explanation(of: key)
      }
      return lines
    }
    if isCatalog, let first = sections.first?.type {
      blocks.append(["'hptrain explain \(first)' says more of one."])
    }
    return blocks
  }

  /// The values of a key that chooses among objects, and when to choose each.
  private func describe(_ tag: Tag, _ page: TextPage) -> [[String]] {
    let alternatives = alternatives(of: tag.form)
    let standard = tag.form.defaultType.map { "default \"\($0)\"" } ?? "required"
    let column = (alternatives.map(\.type.count).max() ?? 0) + 2
    var lines = page.paragraph(tag.form.kind) + ["  \(tag.form.tag)"]
    lines += page.paragraph("Which \(tag.form.kind) it is; \(standard).", indentation: 6)
    for section in alternatives {
      // Of the guidance, when to choose it.
      let choice = section.variant?.form.guidance?.parts.first?.text
      let text = [section.summary, choice].compactMap { $0 }.joined(separator: " ")
      lines += page.labeled(section.type, text, indentation: 6, column: column)
    }
    guard let first = alternatives.first else { return [lines] }
    return [lines, ["'hptrain explain \(first.type)' says more of one."]]
  }

  /// Keys that mean the same, with the objects that have them.
  private struct Cluster {
    var holdings: [Holding]

    /// What is said once, and then what is particular to each object, or some that agree.
    func blocks(_ page: TextPage) -> [[String]] {
      var groups: [[Holding]] = []
      for holding in holdings {
        let index = groups.firstIndex { $0[0].key.isExplained(like: holding.key) }
        if let index { groups[index].append(holding) } else { groups.append([holding]) }
      }
      guard let first = groups.first?.first else { return [] }
      if groups.count == 1 {
        return [
          page.paragraph(titles(holdings)) + ["  \(first.key.name)"]
            + page.explanation(of: first.key)
        ]
      }
      var common = [first.key.name] + page.paragraph(first.key.help, indentation: 6)
      if let guidance = first.key.guidance {
        common += guidance.parts.dropLast().flatMap {
          page.labeled($0.label, $0.text, indentation: 6)
        }
      }
      return [common]
        + groups.map { group in
          page.paragraph(titles(group)) + page.particulars(of: group[0].key)
        }
    }

    private func titles(_ holdings: [Holding]) -> String {
      let titles = holdings.map(\.section.title)
      return titles.enumerated().filter { !titles[..<$0.offset].contains($0.element) }
        .map(\.element).joined(separator: ", ")
    }
  }

  private func clusters(of holdings: [Holding]) -> [Cluster] {
    var clusters: [Cluster] = []
    for holding in holdings {
      let index = clusters.firstIndex {
        let key = $0.holdings[0].key
        return key.name == holding.key.name && key.help == holding.key.help
          && key.guidance?.effect == holding.key.guidance?.effect
      }
      if let index {
        clusters[index].holdings.append(holding)
      } else {
        clusters.append(Cluster(holdings: [holding]))
      }
    }
    return clusters
  }
}

extension Reference.Section {
  fileprivate var heading: String { summary.map { "\(title): \($0)" } ?? title }
}

extension KeyForm {
  fileprivate func isExplained(like other: KeyForm) -> Bool {
    facts == other.facts && guidance == other.guidance
  }
}

/// Lines of text that are no longer than a page is wide.
private struct TextPage {
  let width: Int

  /// The width of the longest label of guidance and the blanks behind it.
  private static let labelColumn = 10

  func paragraph(_ text: String, indentation: Int = 0) -> [String] {
    wrap(text, first: indentation, others: indentation)
  }

  /// A text beside its label.
  func labeled(
    _ label: String, _ text: String, indentation: Int, column: Int = labelColumn
  ) -> [String] {
    let left =
      String(repeating: " ", count: indentation)
      + label + String(repeating: " ", count: max(1, column - label.count))
    var lines = wrap(text, first: left.count, others: indentation + column)
    if let first = lines.first { lines[0] = left + first.dropFirst(left.count) }
    return lines
  }

  func guidance(_ guidance: Guidance, indentation: Int) -> [String] {
    (guidance.parts + [("write", guidance.example)]).flatMap {
      labeled($0.label, $0.text, indentation: indentation)
    }
  }

  func explanation(of key: KeyForm) -> [String] {
    paragraph(key.help, indentation: 6) + facts(of: key)
      + (key.guidance.map { guidance($0, indentation: 6) } ?? [])
  }

  /// What differs between objects whose keys mean the same.
  func particulars(of key: KeyForm) -> [String] {
    var lines = facts(of: key)
    if let guidance = key.guidance {
      lines += labeled("typical", guidance.typical, indentation: 6)
      lines += labeled("write", guidance.example, indentation: 6)
    }
    return lines
  }

  private func facts(of key: KeyForm) -> [String] {
    let members = key.form.members
    return paragraph(key.facts, indentation: 6)
      + (members.isEmpty
        ? [] : labeled("keys", members.joined(separator: ", "), indentation: 6))
  }

  /// Breaks at blanks.
  private func wrap(_ text: String, first: Int, others: Int) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: first)
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: others)
        isEmpty = true
      }
      line += isEmpty ? word : " " + word
      isEmpty = false
    }
    return lines + [line]
  }
}
