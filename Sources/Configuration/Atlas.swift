/// Where in a configuration each key is valid; made only once a key was found in the wrong place.
struct Atlas {
  private struct Home {
    let key: KeyForm
    let path: String
    /// The alternative of a variant that has the key.
    let type: String?

    var name: String { key.name }

    /// What of the top level it is in.
    var section: String { String(path.prefix { $0 != "." && $0 != "[" }) }

    var isSection: Bool { !path.isEmpty && section == path }

    /// Whether a key may have been put at a place in mistake for here: within one section, or from or to the top.
    func isNear(_ place: ConfigPath) -> Bool {
      place.steps.count <= 1 || path.isEmpty || place.steps.first == .key(section)
    }
  }

  private var homes: [Home] = []
  private var visitedVariants: Set<String> = []
  /// How many alternatives the variant at a path has.
  private var alternativeCounts: [String: Int] = [:]

  init(root: Form) {
    visit(root, at: "")
  }

  /// The places where exactly this name, or a synonym of a key, is valid.
  ///
  /// - Parameter place: where the name was found; what is far from it was not meant. The top level is near to all.
  func homes(of name: String, near place: ConfigPath = .root) -> String? {
    let near = homes.filter { $0.isNear(place) }
    let exact = near.filter { $0.name == name }
    if !exact.isEmpty { return describe(exact) }
    guard !knows(name),
      let synonym = near.first(where: { $0.key.isCalled(name) })
    else { return nil }
    return "\(describe(near.filter { $0.name == synonym.name })), as '\(synonym.name)'"
  }

  /// Whether some key, however far, has exactly this name.
  private func knows(_ name: String) -> Bool { homes.contains { $0.name == name } }

  /// The sections of the top level that have a key of this name.
  func sections(of name: String) -> String? {
    let sections = homes.filter { $0.name == name && $0.isSection }
    return sections.isEmpty ? nil : describe(sections)
  }

  /// A key elsewhere whose name was misspelt; `nil` for what is a name somewhere.
  func nearest(to name: String, near place: ConfigPath = .root) -> (name: String, home: String)? {
    let near = homes.filter { $0.isNear(place) }
    guard !knows(name), let nearest = Spelling.nearest(to: name, among: near.map(\.name)) else {
      return nil
    }
    return (nearest, describe(near.filter { $0.name == nearest }))
  }

  /// `'training'`, or `'training.optimizer (sgd or rmsprop)'` where not every alternative has the key.
  private func describe(_ homes: [Home]) -> String {
    var paths: [String] = []
    for home in homes where !paths.contains(home.path) { paths.append(home.path) }
    let texts = paths.map { path -> String in
      if path.isEmpty { return "the top level" }
      let types = homes.filter { $0.path == path }.compactMap(\.type)
      let isEverywhere = types.isEmpty || types.count == alternativeCounts[path]
      let shown = types.count > 4 ? types.prefix(3) + ["…"] : types[...]
      return isEverywhere
        ? "'\(path)'" : "'\(path) (\(shown.joined(separator: ", ")))'"
    }
    return texts.count > 4
      ? texts.prefix(4).joined(separator: ", ") + ", …" : Spelling.list(texts, "or")
  }

  private mutating func visit(_ form: Form, at path: String) {
    switch form {
    case .boolean, .integer, .number, .string, .choice, .anything: break
    case .list(let item, _, _): visit(item, at: path + "[]")
    case .map(_, let item, _): visit(item, at: path + ".*")
    case .either(let forms): for form in forms { visit(form, at: path) }
    case .object(let keys): visit(keys(), at: path, type: nil)
    case .variant(let variant):
      // Layers hold initializers, and a layer may hold layers: each kind is listed where it is met
      // first.
      guard visitedVariants.insert(variant.kind).inserted else { return }
      let alternatives = variant.alternatives()
      alternativeCounts[path] = alternatives.count
      for alternative in alternatives {
        visit(alternative.keys(), at: path, type: alternative.type)
      }
    }
  }

  private mutating func visit(_ keys: [KeyForm], at path: String, type: String?) {
    for key in keys {
      homes.append(Home(key: key, path: path, type: type))
      visit(key.form, at: path.isEmpty ? key.name : "\(path).\(key.name)")
    }
  }
}
