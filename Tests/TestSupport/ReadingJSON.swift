import Configuration

extension Codec {
  /// Reads a value that a test wrote.
  ///
  /// - Throws: `Failure` with what is wrong with it.
  package func value(_ json: JSONValue) throws -> Value {
    var reading = Reading(root: form)
    let value = read(json, &reading)
    guard let value, reading.diagnostics.isEmpty else { throw Failure(reading.diagnostics) }
    return value
  }

  package func value(_ text: String) throws -> Value {
    let parsed = JSONParser.parse(SourceText(name: "test.json", text))
    guard parsed.diagnostics.isEmpty else { throw Failure(parsed.diagnostics) }
    return try value(parsed.value)
  }
}

extension Catalog {
  /// The item of a golden case; `nil` if the catalog has no such type or the type no such key.
  package func item(_ type: String, _ parameters: JSONValue) throws -> Item? {
    let members = parameters.members ?? []
    guard let entry = entries.first(where: { $0.type == type }),
      members.allSatisfy({ member in entry.keys().contains { $0.name == member.key } })
    else { return nil }
    return try codec.value(.object([JSONMember(tag, .string(type))] + members))
  }
}
