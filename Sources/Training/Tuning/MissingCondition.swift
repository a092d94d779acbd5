import Configuration

/// A place that only some values of a searched choice above it have, as the momentum of an optimizer.
enum MissingCondition {
  /// - Parameters:
  ///   - places: all of the space, by name.
  ///   - document: the configuration, for the range as written.
  /// - Returns: what to write; `nil` where each value has the place, none has, or a condition is there.
  static func finding(
    of place: TuningSpace.Place, _ places: [String: TuningSpace.Place], in document: JSONValue
  ) -> SearchedPath.Finding? {
    guard !(place.range is ConditionalRange) else { return nil }
    for deciding in places.values.sorted(by: { $0.name < $1.name }) {
      guard let choice = TuningSpace.unwrapped(deciding.range) as? ChoiceRange,
        let (variant, key) = variant(of: deciding.path, above: place.path)
      else { continue }
      let values = choice.values ?? []
      let having = values.filter { variant.has(key, in: $0) }
      guard !having.isEmpty, having.count < values.count,
        let range = document["tuning"]?["space"]?[place.name]
      else { continue }
      let others = values.filter { !variant.has(key, in: $0) }.map(\.nameOfVariant.compactText)
      let condition = JSONValue.object([
        JSONMember("type", .string(ConditionalRange.type)),
        JSONMember("on", .string(deciding.name)),
        JSONMember("equals", .array(having.map(\.nameOfVariant))), JSONMember("range", range),
      ])
      return SearchedPath.Finding(
        "'\(place.name)' is not there where '\(deciding.name)' is \(Spelling.list(others, "or"))",
        help: "search it where it is: \(condition.spacedText)")
    }
    return nil
  }

  /// The variant that a choice decides about, as a whole or by its `type`, if a path leads through it, and the key of it
  /// with which the path goes on.
  private static func variant(
    of choice: ConfigPath, above path: ConfigPath
  ) -> (VariantForm, key: String)? {
    for steps in [choice.steps[...], choice.steps.dropLast()] where steps.count < path.steps.count {
      guard path.steps.starts(with: steps), case .key(let key) = path.steps[steps.count],
        let variant = RunConfig.form.variant(at: ConfigPath(steps: Array(steps))),
        steps.count == choice.steps.count || choice.steps.last == .key(variant.tag),
        key != variant.tag
      else { continue }
      return (variant, key)
    }
    return nil
  }
}

extension JSONValue {
  /// By what a condition calls a value: an object by its type.
  fileprivate var nameOfVariant: JSONValue { self["type"] ?? self }
}
