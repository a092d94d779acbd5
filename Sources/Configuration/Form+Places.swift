/// Where in a document a setting has its place.
extension Form {
  /// The paths at which a document may have a key of a name, or, where none is called so, of which that is another
  /// name; in the order of the document. What it has no item for is not among them.
  package func places(of name: String, in document: JSONValue) -> [ConfigPath] {
    var exact: [ConfigPath] = []
    var others: [ConfigPath] = []
    visit(document, at: .root) { key, path in
      // Several forms of one value may have the same key.
      if key.name == name {
        if exact.last != path { exact.append(path) }
      } else if key.isCalled(name), others.last != path {
        others.append(path)
      }
    }
    return exact.isEmpty ? others : exact
  }

  /// Calls a function with every key that may stand in an object of the document, and its path.
  private func visit(
    _ value: JSONValue?, at path: ConfigPath, _ body: (KeyForm, ConfigPath) -> Void
  ) {
    switch self {
    case .boolean, .integer, .number, .string, .choice, .anything: break
    case .list(let item, _, _):
      for (index, element) in (value?.items ?? []).enumerated() {
        item.visit(element, at: path.index(index), body)
      }
    case .map(_, let item, _):
      for member in value?.members ?? [] {
        item.visit(member.value, at: path.key(member.key), body)
      }
    case .either(let forms):
      let fitting = forms.filter { form in value.map { form.takes($0) } ?? false }
      // What is not there may become any of them.
      for form in fitting.isEmpty ? forms : fitting { form.visit(value, at: path, body) }
    case .object(let keys): visit(keys(), of: value, at: path, body)
    case .variant(let variant):
      guard let keys = variant.keys(ofValue: value) else { break }
      visit(keys, of: value, at: path, body)
    }
  }

  private func visit(
    _ keys: [KeyForm], of value: JSONValue?, at path: ConfigPath,
    _ body: (KeyForm, ConfigPath) -> Void
  ) {
    for key in keys {
      body(key, path.key(key.name))
      key.form.visit(value?[key.name], at: path.key(key.name), body)
    }
  }

  /// What was probably meant by a path that the form does not know, in a document that may have it elsewhere.
  package func suggestion(for path: ConfigPath, in document: JSONValue) -> String? {
    if let meant = withIndices(path) { return "write '\(meant)'" }
    return mended(path) ?? places(for: path, in: document) ?? home(of: path)
  }

  private static let mostPlaces = 4

  private func places(for path: ConfigPath, in document: JSONValue) -> String? {
    guard case .key(let name) = path.steps.last else { return nil }
    let places = places(of: name, in: document)
    // As much of the path as is right tells places apart.
    let fitting = places.filter { $0.steps.suffix(path.steps.count) == path.steps[...] }
    let shown = (fitting.isEmpty ? places : fitting).prefix(Self.mostPlaces).map { "'\($0)'" }
    return shown.isEmpty ? nil : "write \(Spelling.list(shown, "or"))"
  }

  /// The path with the numbers of items in brackets, where it was written with dots, as `model.layers.0.units`.
  private func withIndices(_ path: ConfigPath) -> ConfigPath? {
    guard !knows(path) else { return nil }
    let steps = path.steps.map { step -> ConfigPath.Step in
      guard case .key(let name) = step, let index = Int(name), index >= 0 else { return step }
      return .index(index)
    }
    let meant = ConfigPath(steps: steps)
    return knows(meant) ? meant : nil
  }
}

extension VariantForm {
  /// Whether what a value names has a key.
  package func has(_ key: String, in value: JSONValue) -> Bool {
    keys(ofValue: value)?.contains { $0.name == key } ?? false
  }

  /// The keys of the alternative that a value names; without a value, of the one that is taken by default.
  func keys(ofValue value: JSONValue?) -> [KeyForm]? {
    guard let name = value?.string ?? value?[tag]?.string ?? defaultType else { return nil }
    return alternatives().first { $0.type == name || $0.aliases.contains(name) }?.keys()
  }
}
