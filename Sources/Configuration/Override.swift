/// A value given on the command line: `training.optimizer.learning_rate=0.01`.
package struct Override: Sendable {
  package let path: ConfigPath
  /// Where each step stands in the text, for the place of an unknown key.
  private let places: [Location]
  private let value: JSONValue

  private init(path: ConfigPath, places: [Location], value: JSONValue) {
    self.path = path
    self.places = places
    self.value = value
  }

  /// A value that comes from elsewhere.
  ///
  /// - Parameter location: where findings about the path and the value point to.
  package init(_ path: ConfigPath, to value: JSONValue, at location: Location) {
    self.init(
      path: path, places: path.steps.map { _ in location }, value: value.located(at: location))
  }

  /// What findings and places call an override.
  package static let sourceName = "--set"

  /// Parses `path=value`. The value is JSON, or else a string.
  package static func parse(_ text: String) throws -> Override {
    let source = SourceText(name: sourceName, text)
    let bytes = source.bytes
    let help =
      "write a path and a value, as in training.optimizer.learning_rate=0.01; \(WrittenPath.helpOfQuotes)"
    guard let equals = WrittenPath.equals(in: bytes) else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "override", "an override has the form path=value",
          at: source.place(0..<bytes.count), help: help))
    }
    let written = try WrittenPath.parse(source, upTo: equals, code: "override", help: help)
    return Override(
      path: written.path, places: written.ranges.map { Location(source, $0) },
      value: parseValue(source, from: equals + 1))
  }

  private static func parseValue(_ source: SourceText, from start: Int) -> JSONValue {
    // Blanks in place of the path keep the columns of the value.
    let padded = [UInt8](repeating: UInt8(ascii: " "), count: start) + source.bytes[start...]
    let parsed = JSONParser.parse(SourceText(name: source.name, bytes: padded))
    if parsed.diagnostics.isEmpty { return parsed.value.relocated(to: source) }
    let text = String(decoding: source.bytes[start...], as: UTF8.self)
    return JSONValue(.string(text), at: Location(source, start..<source.bytes.count))
  }

  /// The configuration with this value in place; objects on the way are made where absent.
  ///
  /// - Parameter form: says what the short forms on the way stand for.
  package func applied(to root: JSONValue, form: Form) throws -> JSONValue {
    try apply(to: root, step: 0, form)
  }

  private func apply(to current: JSONValue?, step: Int, _ form: Form) throws -> JSONValue {
    guard step < path.steps.count else { return value }
    let here = places[step]
    switch path.steps[step] {
    case .key(let name):
      var members: [JSONMember]
      switch current?.kind {
      case .object(let existing): members = existing
      // A short form, "adam", is the object {"type": "adam"}; a path gives way to an object.
      case .string:
        members =
          form.keyOfShortForm(at: path.steps[..<step]).map { [JSONMember($0, current ?? .null)] }
          ?? []
      // An object in place of an array would be a mistake at a place where the file has none.
      case .array where form.takesArraysOnly(at: path.steps[..<step]):
        throw Failure(notAnIndex(name, step: step, form))
      default: members = []
      }
      if let index = members.firstIndex(where: { $0.key == name }) {
        members[index].value = try apply(to: members[index].value, step: step + 1, form)
        if step + 1 == path.steps.count { members[index].keyLocation = here }
      } else {
        members.append(
          JSONMember(name, try apply(to: nil, step: step + 1, form), keyLocation: here))
      }
      return JSONValue(.object(members), at: current?.location ?? here)
    case .index(let index):
      guard var items = current?.items, index < items.count else {
        let count = current?.items?.count ?? 0
        let parent = ConfigPath(steps: Array(path.steps[..<step]))
        throw Failure(
          Diagnostic(
            .error, .configuration, code: "override",
            "'\(parent)' has \(Spelling.count(count, "item")), so [\(index)] does not exist",
            at: here.place, help: "the first item is [0]"))
      }
      items[index] = try apply(to: items[index], step: step + 1, form)
      return JSONValue(.array(items), at: current?.location)
    }
  }

  /// A key where an array has items, with the path that was probably meant.
  private func notAnIndex(_ name: String, step: Int, _ form: Form) -> Diagnostic {
    let array = ConfigPath(steps: Array(path.steps[..<step]))
    let number = Int(name).flatMap { $0 >= 0 ? $0 : nil }
    let rest = path.steps[(number == nil ? step : step + 1)...]
    let meant = ConfigPath(steps: array.index(number ?? 0).steps + rest)
    return Diagnostic(
      .error, .configuration, code: "override",
      "'\(array)' is an array, whose items are chosen by numbers in brackets, not by '\(name)'",
      at: places[step].place,
      help: form.knows(meant) ? "write \(meant)" : "the first item is \(array.index(0))")
  }
}

extension JSONValue {
  /// Where this value, or the first one inside it, was given on the command line; `nil` if none was.
  package var overrideLocation: Location? {
    if let location, location.source.name == Override.sourceName { return location }
    switch kind {
    case .array(let items): return items.lazy.compactMap(\.overrideLocation).first
    case .object(let members): return members.lazy.compactMap(\.value.overrideLocation).first
    default: return nil
    }
  }

  /// The same value with one place for all of it.
  fileprivate func located(at location: Location) -> JSONValue {
    var copy = self
    copy.location = location
    switch kind {
    case .array(let items): copy.kind = .array(items.map { $0.located(at: location) })
    case .object(let members):
      copy.kind = .object(
        members.map { JSONMember($0.key, $0.value.located(at: location), keyLocation: location) })
    default: break
    }
    return copy
  }

  /// The same value with its places in another text of the same layout.
  fileprivate func relocated(to source: SourceText) -> JSONValue {
    var copy = self
    copy.location = location.map { Location(source, $0.range) }
    switch kind {
    case .array(let items): copy.kind = .array(items.map { $0.relocated(to: source) })
    case .object(let members):
      copy.kind = .object(
        members.map {
          JSONMember(
            $0.key, $0.value.relocated(to: source),
            keyLocation: $0.keyLocation.map { Location(source, $0.range) })
        })
    default: break
    }
    return copy
  }
}
