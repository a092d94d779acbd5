import Configuration

/// The words that a form declares: keys, names of variants, and choices.
struct DeclaredWords {
  private(set) var words: Set<String> = ["true", "false", "null"]
  private var kinds: Set<String> = []

  init(_ form: Form) { visit(form) }

  private mutating func visit(_ form: Form) {
    switch form {
    case .boolean, .integer, .number, .string, .anything: break
    case .choice(let names): words.formUnion(names)
    case .list(let item, _, _), .map(_, let item, _): visit(item)
    case .either(let forms): for form in forms { visit(form) }
    case .object(let keys): visit(keys())
    case .variant(let variant):
      guard kinds.insert(variant.kind).inserted else { return }
      words.insert(variant.tag)
      for alternative in variant.alternatives() {
        words.formUnion([alternative.type] + alternative.aliases)
        visit(alternative.keys())
      }
    }
  }

  private mutating func visit(_ keys: [KeyForm]) {
    for key in keys {
      words.insert(key.name)
      visit(key.form)
    }
  }

  /// The keys of a document, and its texts.
  static func of(_ document: JSONValue) -> Set<String> {
    var words: Set<String> = []
    func visit(_ value: JSONValue) {
      for member in value.members ?? [] {
        words.insert(member.key)
        visit(member.value)
      }
      for item in value.items ?? [] { visit(item) }
      if let text = value.string, text.utf8.count < 40 { words.insert(text) }
    }
    visit(document)
    return words
  }
}
