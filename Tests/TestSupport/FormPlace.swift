import Configuration

/// An object of a configuration, or a variant that can take its place, with the smallest document around it.
package struct FormPlace: Sendable {
  /// Puts a value where a form stands in a configuration.
  package typealias Wrapping = @Sendable (JSONValue) -> JSONValue

  package let path: String
  package let keys: [KeyForm]
  /// The alternative of a variant; `nil` for an object that is the only one of its kind.
  package var alternative: VariantForm.Alternative?
  package var tag: JSONMember?
  package let wrap: Wrapping

  /// The object with what it cannot do without and the given members.
  package func object(_ members: [JSONMember]) -> JSONValue {
    let needed = keys.filter { key in
      key.isRequired && !members.contains { $0.key == key.name }
    }.compactMap { key in
      key.guidance?.exampleValue(of: key.name).map { JSONMember(key.name, $0) }
    }
    return .object((tag.map { [$0] } ?? []) + needed + members)
  }

  /// All that a form has, each kind of variant where it is met first.
  package static func all(in root: Form) -> [FormPlace] {
    var places: [FormPlace] = []
    var kinds: Set<String> = []
    func visit(_ form: Form, _ path: String, _ wrap: @escaping Wrapping) {
      switch form {
      case .boolean, .integer, .number, .string, .choice, .anything: break
      case .list(let item, _, _): visit(item, path + "[]") { wrap(.array([$0])) }
      case .map(_, let item, _):
        visit(item, path + ".*") { wrap(.object([JSONMember("name", $0)])) }
      case .either(let forms): for form in forms { visit(form, path, wrap) }
      case .object(let keys): add(FormPlace(path: path, keys: keys(), wrap: wrap))
      case .variant(let variant):
        guard kinds.insert(variant.kind).inserted else { return }
        for alternative in variant.alternatives() {
          add(
            FormPlace(
              path: "\(path) \(alternative.type)", keys: alternative.keys(),
              alternative: alternative,
              tag: JSONMember(variant.tag, .string(alternative.type)), wrap: wrap))
        }
      }
    }
    func add(_ place: FormPlace) {
      places.append(place)
      for key in place.keys {
        visit(key.form, "\(place.path).\(key.name)") {
          place.wrap(place.object([JSONMember(key.name, $0)]))
        }
      }
    }
    visit(root, "") { $0 }
    return places
  }
}
