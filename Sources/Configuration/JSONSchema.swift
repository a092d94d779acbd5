/// Writes a form as JSON Schema (draft 2020-12), with which editors complete and check.
package enum JSONSchema {
  package static func document(_ form: Form, title: String) -> String {
    var writer = Writer()
    let root = writer.schema(form)
    var members = [
      JSONMember("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      JSONMember("title", .string(title)),
    ]
    members += root.members ?? []
    members.append(
      JSONMember(
        "$defs", .object(writer.definitions.sorted { $0.key < $1.key }.map { JSONMember($0, $1) })))
    return JSONValue.object(members).prettyText
  }

  private struct Writer {
    /// One for each kind of variant, so that layers within layers end.
    var definitions: [String: JSONValue] = [:]

    mutating func schema(_ form: Form) -> JSONValue {
      switch form {
      case .boolean: return .object(["type": .string("boolean")])
      case .integer(let bounds): return number("integer", bounds)
      case .number(let bounds): return number("number", bounds)
      case .string: return .object(["type": .string("string")])
      case .choice(let names): return .object(["enum": .array(names.map { .string($0) })])
      case .list(let item):
        return .object(["type": .string("array"), "items": schema(item)])
      case .map(_, let item):
        return .object(["type": .string("object"), "additionalProperties": schema(item)])
      case .object(let keys): return object(keys())
      case .variant(let variant): return reference(variant)
      case .either(let forms):
        return .object(["anyOf": .array(forms.map { schema($0) })])
      }
    }

    private func number(_ type: String, _ bounds: Bounds) -> JSONValue {
      var members = [JSONMember("type", .string(type))]
      if let lower = bounds.lower {
        members.append(
          JSONMember(lower.isIncluded ? "minimum" : "exclusiveMinimum", .number(lower.value)))
      }
      if let upper = bounds.upper {
        members.append(
          JSONMember(upper.isIncluded ? "maximum" : "exclusiveMaximum", .number(upper.value)))
      }
      return .object(members)
    }

    private mutating func object(_ keys: [KeyForm], first: [JSONMember] = []) -> JSONValue {
      var properties = first
      for key in keys {
        var members = schema(key.form).members ?? []
        members.append(
          JSONMember("description", .string(key.help + (key.unit.map { " In \($0)." } ?? ""))))
        if let text = key.defaultText {
          members.append(
            JSONMember("default", JSONParser.parse(SourceText(name: "default", text)).value))
        }
        properties.append(JSONMember(key.name, .object(members)))
      }
      var members = [
        JSONMember("type", .string("object")), JSONMember("properties", .object(properties)),
        JSONMember("additionalProperties", .boolean(false)),
      ]
      let required = keys.filter(\.isRequired).map { JSONValue.string($0.name) }
      if !required.isEmpty { members.append(JSONMember("required", .array(required))) }
      return .object(members)
    }

    private mutating func reference(_ variant: VariantForm) -> JSONValue {
      let name = variant.kind.replacing(" ", with: "_")
      if definitions[name] == nil {
        definitions[name] = .null
        var choices: [JSONValue] = []
        let alternatives = variant.alternatives()
        if variant.tag == "type" {
          choices.append(
            .object([
              "enum": .array(alternatives.flatMap { [$0.type] + $0.aliases }.map { .string($0) })
            ]))
        }
        for alternative in alternatives {
          let tag = JSONMember(
            variant.tag,
            .object([
              "enum": .array(([alternative.type] + alternative.aliases).map { .string($0) }),
              "description": .string(alternative.summary),
            ]))
          choices.append(object(alternative.keys(), first: [tag]))
        }
        definitions[name] = .object(["anyOf": .array(choices)])
      }
      return .object(["$ref": .string("#/$defs/\(name)")])
    }
  }
}
