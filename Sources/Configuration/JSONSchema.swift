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
      case .string(_, let allowsEmpty):
        let type = JSONMember("type", .string("string"))
        return .object(allowsEmpty ? [type] : [type, JSONMember("minLength", .integer(1))])
      case .choice(let names): return .object(["enum": .array(names.map { .string($0) })])
      case .list(let item, let least, let most):
        var members = [
          JSONMember("type", .string("array")), JSONMember("items", schema(item)),
        ]
        if least > 0 { members.append(JSONMember("minItems", .integer(least))) }
        if most < .max { members.append(JSONMember("maxItems", .integer(most))) }
        return .object(members)
      case .map(_, let item, let least):
        var members = [
          JSONMember("type", .string("object")), JSONMember("additionalProperties", schema(item)),
        ]
        if least > 0 { members.append(JSONMember("minProperties", .integer(least))) }
        return .object(members)
      case .object(let keys): return object(keys())
      case .variant(let variant): return reference(variant)
      case .either(let forms):
        return .object(["anyOf": .array(forms.map { schema($0) })])
      case .anything: return .object([:])
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

    /// - Parameter tag: the key that chooses the object, with its schema.
    private mutating func object(
      _ keys: [KeyForm], tag: JSONMember? = nil, requiresTag: Bool = false
    ) -> JSONValue {
      var properties = tag.map { [$0] } ?? []
      for key in keys {
        var members = schema(key.form).members ?? []
        members.append(JSONMember("description", .string(description(of: key))))
        if let example = key.guidance?.exampleValue(of: key.name) {
          members.append(JSONMember("examples", .array([example])))
        }
        if let value = key.defaultValue { members.append(JSONMember("default", value)) }
        properties.append(JSONMember(key.name, .object(members)))
      }
      var members = [
        JSONMember("type", .string("object")), JSONMember("properties", .object(properties)),
        JSONMember("additionalProperties", .boolean(false)),
      ]
      let required =
        (requiresTag ? tag.map { [$0.key] } ?? [] : []) + keys.filter(\.isRequired).map(\.name)
      if !required.isEmpty {
        members.append(JSONMember("required", .array(required.map { .string($0) })))
      }
      return .object(members)
    }

    /// What an editor shows of a key.
    private func description(of key: KeyForm) -> String {
      key.help + (key.unit.map { " In \($0)." } ?? "") + (key.guidance.map(text) ?? "")
    }

    private func text(_ guidance: Guidance) -> String {
      guidance.parts.map {
        " \($0.label.prefix(1).uppercased())\($0.label.dropFirst()): \($0.text)"
      }
      .joined()
    }

    private mutating func reference(_ variant: VariantForm) -> JSONValue {
      let name = variant.kind.replacing(" ", with: "_")
      if definitions[name] == nil {
        definitions[name] = .null
        var choices: [JSONValue] = []
        let alternatives = variant.alternatives()
        // What lacks nothing may be written as its name alone.
        let names = alternatives.filter { !$0.keys().contains(where: \.isRequired) }
          .flatMap { [$0.type] + $0.aliases }
        if !names.isEmpty {
          choices.append(.object(["enum": .array(names.map { .string($0) })]))
        }
        for alternative in alternatives {
          let tag = JSONMember(
            variant.tag,
            .object([
              "enum": .array(([alternative.type] + alternative.aliases).map { .string($0) }),
              "description": .string(
                alternative.summary + (alternative.guidance.map(text) ?? "")),
            ]))
          choices.append(
            object(
              alternative.keys(), tag: tag, requiresTag: alternative.type != variant.defaultType))
        }
        definitions[name] = .object(["anyOf": .array(choices)])
      }
      return .object(["$ref": .string("#/$defs/\(name)")])
    }
  }
}
