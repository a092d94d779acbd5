/// Where in a configuration each key is valid; made only once a key was found in the wrong place.
struct Atlas {
  private var places: [(name: String, synonyms: [String], home: String)] = []
  private var visitedVariants: Set<String> = []

  init(root: Form) {
    visit(root, at: "")
  }

  /// The places where exactly this name, or a synonym of a key, is valid.
  func homes(of name: String) -> String? {
    let exact = places.filter { $0.name == name }
    if !exact.isEmpty { return describe(exact.map(\.home)) }
    guard let synonym = places.first(where: { $0.synonyms.contains(name.lowercased()) }) else {
      return nil
    }
    return "\(synonym.home), as '\(synonym.name)'"
  }

  func nearest(to name: String) -> (name: String, home: String)? {
    guard let nearest = Spelling.nearest(to: name, among: places.map(\.name)) else { return nil }
    return (nearest, describe(places.filter { $0.name == nearest }.map(\.home)))
  }

  private func describe(_ homes: [String]) -> String {
    var unique: [String] = []
    for home in homes where !unique.contains(home) { unique.append(home) }
    let shown = Array(unique.prefix(4))
    return unique.count > 4 ? shown.joined(separator: ", ") + ", …" : Spelling.list(shown, "or")
  }

  private mutating func visit(_ form: Form, at path: String) {
    switch form {
    case .boolean, .integer, .number, .string, .choice: break
    case .list(let item): visit(item, at: path + "[]")
    case .map(_, let item): visit(item, at: path + ".*")
    case .either(let forms): for form in forms { visit(form, at: path) }
    case .object(let keys): visit(keys(), at: path, note: "")
    case .variant(let variant):
      // Layers hold initializers, and a residual layer holds layers: each kind is listed where it
      // is met first.
      guard visitedVariants.insert(variant.kind).inserted else { return }
      for alternative in variant.alternatives() {
        visit(alternative.keys(), at: path, note: " (\(alternative.type))")
      }
    }
  }

  private mutating func visit(_ keys: [KeyForm], at path: String, note: String) {
    for key in keys {
      let home = path.isEmpty ? "the top level" : "'\(path)\(note)'"
      places.append((key.name, key.synonyms, home))
      visit(key.form, at: path.isEmpty ? key.name : "\(path).\(key.name)")
    }
  }
}
