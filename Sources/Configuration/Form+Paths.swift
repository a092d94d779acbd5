/// Which paths a form has.
extension Form {
  /// Whether some configuration of the form has a value at a path.
  package func knows(_ path: ConfigPath) -> Bool { knows(path.steps[...]) }

  private func knows(_ steps: ArraySlice<ConfigPath.Step>) -> Bool {
    guard let step = steps.first else { return true }
    let rest = steps.dropFirst()
    switch (self, step) {
    case (.list(let item, _, _), .index): return item.knows(rest)
    case (.map(_, let item, _), .key): return item.knows(rest)
    case (.either(let forms), _): return forms.contains { $0.knows(steps) }
    case (.object(let keys), .key(let name)):
      return keys().contains { $0.name == name && $0.form.knows(rest) }
    case (.variant(let variant), .key(let name)):
      if name == variant.tag { return rest.isEmpty }
      return variant.alternatives().contains { alternative in
        alternative.keys().contains { $0.name == name && $0.form.knows(rest) }
      }
    default: return false
    }
  }

  /// The path by which the reference explains a setting: what has names of the user's own choice is explained as a
  /// whole.
  package func explained(_ path: ConfigPath) -> ConfigPath {
    let named = path.steps.indices.first { index in
      forms(at: path.steps[..<index]).contains { if case .map = $0 { true } else { false } }
    }
    return ConfigPath(steps: Array(path.steps[..<(named ?? path.steps.endIndex)]))
  }

  /// The key of an object for which a string at a path may stand, such as `"adam"` for `{"type": "adam"}`; `nil` if
  /// it stands for none.
  package func keyOfShortForm(at path: ArraySlice<ConfigPath.Step>) -> String? {
    let forms = forms(at: path)
    let choices = forms.compactMap { if case .choice(let names) = $0 { names } else { nil } }
    let takesText = forms.contains { if case .string = $0 { true } else { false } }
    for form in forms {
      switch form {
      case .variant(let variant): return variant.tag
      case .object(let keys):
        let keys = keys()
        let takesText = takesText && keys.count(where: \.isRequired) == 1
        let key = keys.first {
          switch $0.form {
          case .choice(let names): choices.contains(names)
          // A path, where that is all that the object must have.
          case .string: takesText && $0.isRequired
          default: false
          }
        }
        if let key { return key.name }
      default: break
      }
    }
    return nil
  }

  /// Whether a number at a path has to be a whole one, whatever stands around it.
  package func takesWholeNumbersOnly(at path: ConfigPath) -> Bool {
    let forms = forms(at: path.steps[...])
    let takesOthers = forms.contains {
      switch $0 {
      case .number, .anything: true
      default: false
      }
    }
    return !takesOthers && forms.contains { if case .integer = $0 { true } else { false } }
  }

  /// Whether an array may stand at a path, and no object.
  func takesArraysOnly(at path: ArraySlice<ConfigPath.Step>) -> Bool {
    let forms = forms(at: path)
    let takesObjects = forms.contains {
      switch $0 {
      case .object, .variant, .map, .anything: true
      default: false
      }
    }
    return !takesObjects && forms.contains { if case .list = $0 { true } else { false } }
  }

  /// What a value at a path may look like, each of several forms for itself.
  func forms(at steps: ArraySlice<ConfigPath.Step>) -> [Form] {
    if case .either(let forms) = self { return forms.flatMap { $0.forms(at: steps) } }
    guard let step = steps.first else { return [self] }
    let rest = steps.dropFirst()
    switch (self, step) {
    case (.list(let item, _, _), .index), (.map(_, let item, _), .key):
      return item.forms(at: rest)
    case (.object(let keys), .key(let name)):
      return keys().filter { $0.name == name }.flatMap { $0.form.forms(at: rest) }
    case (.variant(let variant), .key(let name)):
      return variant.alternatives().flatMap { alternative in
        alternative.keys().filter { $0.name == name }.flatMap { $0.form.forms(at: rest) }
      }
    default: return []
    }
  }

  /// What was probably meant by a path that the form does not know: the nearest key where it goes wrong, or
  /// where its last key belongs.
  package func suggestion(for path: ConfigPath) -> String? {
    mended(path) ?? home(of: path)
  }

  /// The nearest key where a path goes wrong.
  func mended(_ path: ConfigPath) -> String? {
    var known = ConfigPath.root
    for (index, step) in path.steps.enumerated() {
      let next = ConfigPath(steps: known.steps + [step])
      if knows(next) {
        known = next
        continue
      }
      guard case .key(let name) = step,
        let nearest = Spelling.nearest(to: name, among: names(below: known.steps[...]))
      else { break }
      let mended = ConfigPath(steps: known.key(nearest).steps + path.steps[(index + 1)...])
      return "did you mean '\(knows(mended) ? mended : known.key(nearest))'?"
    }
    return joined(path).map { WrittenPath.help(quoting: $0) }
  }

  /// Where the last key of a path belongs.
  func home(of path: ConfigPath) -> String? {
    guard case .key(let name) = path.steps.last else { return nil }
    let atlas = Atlas(root: self)
    if let homes = atlas.homes(of: name) { return "'\(name)' belongs to \(homes)" }
    return atlas.nearest(to: name).map { "did you mean '\($0.name)', which belongs to \($0.home)?" }
  }

  /// The path that was meant by one whose dots divide a name of the user's own choice, as of a column: what is
  /// unknown as `data.columns.unit.price` is known as `data.columns["unit.price"]`. `nil` if that is none either.
  func joined(_ path: ConfigPath) -> ConfigPath? {
    guard !knows(path) else { return nil }
    for (index, step) in path.steps.enumerated() {
      guard case .key(var name) = step,
        forms(at: path.steps[..<index]).contains(where: {
          if case .map = $0 { true } else { false }
        })
      else { continue }
      for end in path.steps.indices.dropFirst(index + 1) {
        guard case .key(let part) = path.steps[end] else { break }
        name += "." + part
        var meant = path
        meant.steps.replaceSubrange(index...end, with: [.key(name)])
        if knows(meant) { return meant }
      }
    }
    return nil
  }

  /// The keys of all objects that may stand at a path.
  private func names(below steps: ArraySlice<ConfigPath.Step>) -> [String] {
    let rest = steps.dropFirst()
    switch (self, steps.first) {
    case (.either(let forms), _): return forms.flatMap { $0.names(below: steps) }
    case (.object(let keys), nil): return keys().map(\.name)
    case (.object(let keys), .key(let name)):
      return keys().filter { $0.name == name }.flatMap { $0.form.names(below: rest) }
    case (.variant(let variant), nil):
      return [variant.tag] + variant.alternatives().flatMap { $0.keys().map(\.name) }
    case (.variant(let variant), .key(let name)):
      return variant.alternatives().flatMap { alternative in
        alternative.keys().filter { $0.name == name }.flatMap { $0.form.names(below: rest) }
      }
    case (.list(let item, _, _), .index), (.map(_, let item, _), .key):
      return item.names(below: rest)
    default: return []
    }
  }
}
