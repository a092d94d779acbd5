import Configuration

extension SearchRanges {
  /// Reads a range, and says which was meant by values or ends alone.
  static var codec: Codec<any SearchRange> {
    let codec = catalog.codec
    return Codec(
      form: codec.form,
      read: { json, reading in
        guard let meant = meant(by: json, at: reading.path) else {
          return codec.read(json, &reading)
        }
        reading.report(
          code: "missing-key", "\(reading.path.name) does not say what kind of range it is",
          at: json.location?.opening, help: "write \(meant.spacedText)")
        return nil
      },
      write: codec.write)
  }

  /// The range that was meant by a value that names none; `nil` for what names one, or may mean anything.
  private static func meant(by json: JSONValue, at place: ConfigPath) -> JSONValue? {
    if let items = json.items {
      return items.isEmpty ? nil : range(ChoiceRange.type, [JSONMember("values", json)])
    }
    // A text may be the kind under another key.
    guard let members = json.members, members.allSatisfy({ $0.value.string == nil }) else {
      return nil
    }
    if let values = json.value(of: ChoiceRange.keys, "values"), values.items != nil {
      return range(ChoiceRange.type, [JSONMember("values", values)])
    }
    guard let low = json.value(of: UniformRange.keys, "low"), let least = low.double,
      let high = json.value(of: UniformRange.keys, "high"), let most = high.double
    else { return nil }
    let ends = [JSONMember("low", low), JSONMember("high", high)]
    let spansFactors = least > 0 && most / least >= leastFactor
    let isLogarithmic = json["log"]?.boolean ?? (json["step"] == nil && spansFactors)
    if takesWholeNumbers(place), low.integer != nil, high.integer != nil {
      let more =
        json["step"].map { [JSONMember("step", $0)] }
        ?? (isLogarithmic && least > 0 ? [JSONMember("log", .boolean(true))] : [])
      return range(IntegerRange.type, ends + more)
    }
    return range(isLogarithmic && least > 0 ? LogUniformRange.type : UniformRange.type, ends)
  }

  /// Whether the path that a range is written for has whole numbers only.
  private static func takesWholeNumbers(_ place: ConfigPath) -> Bool {
    guard let space = place.steps.firstIndex(of: .key("space")),
      case .key(let name) = place.steps.dropFirst(space + 1).first,
      let path = try? ConfigPath.parse(name, name: "space")
    else { return false }
    return RunConfig.form.takesWholeNumbersOnly(at: path)
  }

  /// From where on it is rather factors that count.
  private static let leastFactor = 50.0

  private static func range(_ type: String, _ members: [JSONMember]) -> JSONValue {
    .object([JSONMember("type", .string(type))] + members)
  }
}

extension JSONValue {
  /// The value of a key by its name, or by one that other programs have for it.
  fileprivate func value<Root>(of keys: [Key<Root>], _ name: String) -> JSONValue? {
    let synonyms = keys.first { $0.name == name }?.synonyms ?? []
    return self[name] ?? synonyms.lazy.compactMap { self[$0] }.first
  }
}
