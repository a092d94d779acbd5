import Configuration
import Search

/// The space of a configuration as algorithms search it, and the way back: a point becomes a configuration.
package struct TuningSpace: Sendable {
  /// A place that is searched.
  package struct Place: Sendable {
    /// As in the configuration: `model.layers[0].units`.
    package let name: String
    let path: ConfigPath
    let range: any SearchRange
    /// Of its key, for findings.
    let location: Location

    package var domain: Domain { range.domain }

    /// The range behind conditions.
    var plainRange: (any SearchRange)? { TuningSpace.unwrapped(range) }

    /// The value that a number of the domain stands for.
    package func value(of number: Double) -> JSONValue { range.value(of: number) }
  }

  /// One a dimension, in the same order: what decides about others stands before them.
  package let places: [Place]
  package let search: SearchSpace

  /// - Parameter document: the configuration that is searched; `nil` if the names mean something to another
  ///   program only.
  /// - Throws: `Failure` with every path that the configuration does not have and every condition that
  ///   cannot be met.
  package init(_ config: TuningConfig, document: JSONValue?) throws {
    let json = document?["tuning"]?["space"]
    var findings: [Diagnostic] = []
    var places: [String: Place] = [:]
    for (name, range) in config.space ?? [:] {
      let location =
        json?.members?.first { $0.key == name }?.keyLocation ?? json?.location
        ?? Location(SourceText(name: "tuning", name), 0..<name.utf8.count)
      guard let document else {
        places[name] = Place(name: name, path: .root, range: range, location: location)
        continue
      }
      do throws(SearchedPath.Finding) {
        let path = try SearchedPath.check(name, range, in: document)
        places[name] = Place(name: name, path: path, range: range, location: location)
      } catch {
        findings.append(error.diagnostic(at: location))
      }
    }
    for place in places.values {
      guard let document, let finding = MissingCondition.finding(of: place, places, in: document)
      else { continue }
      findings.append(finding.diagnostic(at: place.location))
    }
    let ordered = Self.ordered(places, &findings)
    let indices = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.name, $0) })
    search = SearchSpace(
      ordered.map { place in
        .init(
          name: place.name, domain: place.range.domain,
          condition: Self.condition(of: place, ordered, indices, &findings))
      })
    self.places = ordered
    guard findings.isEmpty else { throw Failure(LoadedConfig.inTextOrder(findings)) }
  }

  /// The range behind conditions.
  static func unwrapped(_ range: any SearchRange) -> (any SearchRange)? {
    guard let conditional = range as? ConditionalRange else { return range }
    return conditional.range.flatMap(unwrapped)
  }

  /// By how many conditions there are above a place, and then by name, so that the order in the file does not
  /// matter.
  private static func ordered(
    _ places: [String: Place], _ findings: inout [Diagnostic]
  ) -> [Place] {
    func depth(_ place: Place) -> Int? {
      var (depth, current) = (0, place)
      while let condition = current.range as? ConditionalRange {
        depth += 1
        guard depth <= places.count else { return nil }
        guard let parent = condition.on.flatMap({ places[$0] }) else { return depth }
        current = parent
      }
      return depth
    }
    var depths: [String: Int] = [:]
    for place in places.values {
      depths[place.name] = depth(place) ?? 0
      guard depth(place) == nil else { continue }
      findings.append(
        Diagnostic(
          .error, .configuration, code: "search-space",
          "the condition of '\(place.name)' depends on itself", at: place.location.place))
    }
    return places.values.sorted {
      (depths[$0.name] ?? 0, $0.name) < (depths[$1.name] ?? 0, $1.name)
    }
  }

  private static func condition(
    of place: Place, _ places: [Place], _ indices: [String: Int], _ findings: inout [Diagnostic]
  ) -> SearchSpace.Condition? {
    guard let condition = place.range as? ConditionalRange, let deciding = condition.on else {
      return nil
    }
    func report(_ message: String, help: String?) {
      findings.append(
        Diagnostic(
          .error, .configuration, code: "search-space", message, at: place.location.place,
          help: help))
    }
    guard let index = indices[deciding] else {
      let others = places.map(\.name).filter { $0 != place.name }
      let nearest = Spelling.nearest(to: deciding, among: others)
      report(
        "'\(place.name)' depends on '\(deciding)', which is not searched",
        help: nearest.map { "did you mean '\($0)'?" } ?? "add '\(deciding)' to the space")
      return nil
    }
    var numbers: [Double] = []
    let parent = unwrapped(places[index].range)
    for wanted in condition.equals ?? [] {
      let found: [Double]
      if let choice = parent as? ChoiceRange {
        found = choice.numbers(equalTo: wanted)
      } else if let parent, case .integer(let low, let high, let step, _) = parent.domain {
        found =
          wanted.integer.map { (low...high).contains($0) && ($0 - low) % step == 0 } == true
          ? [Double(wanted.integer ?? 0)] : []
      } else {
        report(
          "'\(place.name)' depends on '\(deciding)', which has no single values",
          help: "make that a choice or an integer")
        return nil
      }
      if found.isEmpty {
        report("'\(deciding)' is never \(wanted.compactText)", help: nil)
      }
      numbers += found
    }
    return SearchSpace.Condition(dimension: index, values: numbers)
  }

  // MARK: - Points

  /// The values of a point that are there, by their places.
  package func settings(of point: Point) -> [JSONMember] {
    zip(places, point.values).compactMap { place, number in
      number.map { JSONMember(place.name, place.range.value(of: $0)) }
    }
  }

  /// The point whose values lie nearest to those of a configuration; the middle of a range where it has none.
  func point(nearestTo document: JSONValue) -> Point {
    var values: [Double?] = []
    for (index, place) in places.enumerated() {
      guard search.isActive(index, in: values) else {
        values.append(nil)
        continue
      }
      let json = place.path.steps.reduce(document as JSONValue?) { $0?[$1] }
      let number =
        switch (Self.unwrapped(place.range), json) {
        case (let choice as ChoiceRange, let json?): choice.numbers(equalTo: json).first
        case (is RepeatRange, _): 1.0
        default: json?.double
        }
      values.append(
        number.map { place.domain.nearest(to: $0) } ?? place.domain.value(at: 0.5))
    }
    return Point(values)
  }

  /// The configuration with the values of a point, and without the search.
  package func apply(_ point: Point, to document: JSONValue) throws -> JSONValue {
    var document = document.removing("tuning")
    let chosen = zip(places, point.values).compactMap { place, number in
      number.map { (place, place.range.value(of: $0)) }
    }
    // A resolved configuration has the defaults of what stands in it, which another optimizer need not know.
    for (place, value) in chosen {
      document = RunConfig.form.leavingOutDefaults(in: document, where: place.path, becomes: value)
    }
    // A whole optimizer before its rate; and layers are counted as in the file until the end.
    for (place, value) in chosen.sorted(by: { $0.0.path.steps.count < $1.0.path.steps.count })
    where !(Self.unwrapped(place.range) is RepeatRange) {
      document = try Override(place.path, to: value, at: place.location)
        .applied(to: document, form: RunConfig.form)
    }
    let copies = chosen.filter { Self.unwrapped($0.0.range) is RepeatRange }
    for (place, value) in copies.sorted(by: { Self.stands($0.0.path, behind: $1.0.path) }) {
      document = document.repeating(place.path.steps[...], value.integer ?? 1)
    }
    return document
  }

  /// Inner layers before outer ones, and later before earlier.
  private static func stands(_ first: ConfigPath, behind second: ConfigPath) -> Bool {
    if first.steps.count != second.steps.count { return first.steps.count > second.steps.count }
    for (a, b) in zip(first.steps, second.steps) {
      if case .index(let x) = a, case .index(let y) = b, x != y { return x > y }
    }
    return false
  }
}

extension JSONValue {
  /// The value with an item of one of its lists so many times.
  fileprivate func repeating(_ steps: ArraySlice<ConfigPath.Step>, _ count: Int) -> JSONValue {
    guard let step = steps.first else { return self }
    let rest = steps.dropFirst()
    switch (step, kind) {
    case (.key(let name), .object(var members)):
      for index in members.indices where members[index].key == name {
        members[index].value = members[index].value.repeating(rest, count)
      }
      return JSONValue(.object(members), at: location)
    case (.index(let index), .array(var items)) where items.indices.contains(index):
      if rest.isEmpty {
        items.replaceSubrange(index...index, with: Array(repeating: items[index], count: count))
      } else {
        items[index] = items[index].repeating(rest, count)
      }
      return JSONValue(.array(items), at: location)
    default: return self
    }
  }
}
