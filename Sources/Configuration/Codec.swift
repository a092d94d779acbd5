/// How a Swift value is read from JSON, written to JSON and described.
///
/// Reading never throws: it reports and returns `nil`, so that all mistakes are found in one pass.
package struct Codec<Value>: Sendable {
  package let form: Form
  package private(set) var read: @Sendable (JSONValue, inout Reading) -> Value?
  package let write: @Sendable (Value) -> JSONValue

  package init(
    form: Form, read: @escaping @Sendable (JSONValue, inout Reading) -> Value?,
    write: @escaping @Sendable (Value) -> JSONValue
  ) {
    self.form = form
    self.write = write
    guard case .either = form else {
      self.read = read
      return
    }
    // The codec of one form would name that one only.
    self.read = { json, reading in
      guard form.takes(json) else {
        reading.reportMismatch(json, expected: form)
        return nil
      }
      return read(json, &reading)
    }
  }

  /// Reads as before, but says what was probably meant by a value of another kind.
  package func suggesting(_ help: @escaping @Sendable (JSONValue) -> String?) -> Codec {
    var codec = self
    codec.read = { [form, read] json, reading in
      guard let help = help(json) else { return read(json, &reading) }
      reading.report(
        code: "wrong-type",
        "'\(reading.path.name)' must be \(form.summary), not \(json.summary)",
        at: json.location, help: help)
      return nil
    }
    return codec
  }
}

extension Codec where Value == Bool {
  package static var boolean: Codec {
    Codec(
      form: .boolean,
      read: { json, reading in
        if let value = json.boolean { return value }
        reading.reportMismatch(json, expected: .boolean)
        return nil
      },
      write: { .boolean($0) })
  }
}

extension Codec where Value == Double {
  package static func number(in bounds: Bounds = .any) -> Codec {
    let form = Form.number(bounds)
    return Codec(
      form: form,
      read: { json, reading in
        guard let value = json.double else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        guard reading.check(value, in: bounds, json) else { return nil }
        // The arithmetic is in single precision: what it cannot hold would become infinite or 0.
        if !value.fitsSinglePrecision {
          reading.report(
            code: "out-of-range",
            "'\(reading.path.name)' must be a number that single precision holds, not \(JSONNumber(value).text)",
            at: json.location, help: "0, or from 1.5e-45 to 3.4e38 with either sign")
          return nil
        }
        return value
      },
      write: { .number($0) })
  }
}

extension Codec where Value == Int {
  package static func integer(in bounds: Bounds = .any) -> Codec {
    let form = Form.integer(bounds)
    return Codec(
      form: form,
      read: { json, reading in
        guard let value = json.integer else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        return reading.check(Double(value), in: bounds, json) ? value : nil
      },
      write: { .integer($0) })
  }
}

extension Codec where Value == String {
  /// Any string but the empty one; `meaning` says what it stands for, with the article.
  package static func string(_ meaning: String = "a string") -> Codec {
    let form = Form.string(meaning)
    return Codec(
      form: form,
      read: { json, reading in
        guard let value = json.string else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        if value.isEmpty {
          reading.report(
            code: "empty-string", "'\(reading.path.name)' must be \(meaning), not the empty string",
            at: json.location)
          return nil
        }
        return value
      },
      write: { .string($0) })
  }
}

extension Codec where Value == String {
  /// A string that can be shown on one line of a terminal.
  package static func printable(_ meaning: String) -> Codec {
    let plain = string(meaning)
    return Codec(
      form: plain.form,
      read: { json, reading in
        guard let value = plain.read(json, &reading) else { return nil }
        let isPrintable = value.unicodeScalars.allSatisfy {
          ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
            $0.properties.generalCategory)
        }
        if isPrintable { return value }
        reading.report(
          code: "control-character", "'\(reading.path.name)' holds characters that cannot be shown",
          at: json.location)
        return nil
      },
      write: plain.write)
  }
}

extension Codec where Value: Sendable {
  /// One of some values by its name.
  package static func choice(
    of values: [Value], named name: @escaping @Sendable (Value) -> String
  ) -> Codec {
    let names = values.map(name)
    let form = Form.choice(names)
    return Codec(
      form: form,
      read: { json, reading in
        guard let text = json.string else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        if let index = names.firstIndex(of: text) { return values[index] }
        reading.report(
          code: "unknown-value", "'\(reading.path.name)' cannot be \"\(text)\"", at: json.location,
          help: reading.suggestion(for: text, among: names))
        return nil
      },
      write: { .string(name($0)) })
  }
}

extension Codec where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One of the names of an enumeration.
  package static var choice: Codec {
    choice(of: Array(Value.allCases)) { $0.rawValue }
  }
}

extension Codec where Value == JSONValue {
  /// Any JSON value as it was written.
  package static func anything(_ meaning: String) -> Codec {
    Codec(
      form: .anything(meaning),
      read: { json, _ in
        if case .invalid = json.kind { return nil }
        return json
      },
      write: { $0 })
  }
}

extension Codec {
  /// An array of values.
  package static func list<Item>(_ item: Codec<Item>, atLeast count: Int = 0) -> Codec
  where Value == [Item] {
    let form = Form.list(item.form, atLeast: count)
    return Codec(
      form: form,
      read: { json, reading in
        guard let items = json.items else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        if items.count < count {
          reading.report(
            code: "too-few",
            "'\(reading.path.name)' needs at least \(Spelling.count(count, "item"))",
            at: json.location)
          return nil
        }
        let values = items.enumerated().map { index, json in
          reading.within(.index(index)) { item.read(json, &$0) }
        }
        let valid = values.compactMap { $0 }
        return valid.count == values.count ? valid : nil
      },
      write: { .array($0.map(item.write)) })
  }

  /// One value, or an array of them.
  package static func oneOrMore<Item>(_ item: Codec<Item>, atLeast count: Int = 1) -> Codec
  where Value == [Item] {
    let list = Codec<[Item]>.list(item, atLeast: count)
    return Codec(
      form: .either([item.form, list.form]),
      read: { json, reading in
        json.items == nil ? item.read(json, &reading).map { [$0] } : list.read(json, &reading)
      },
      write: { $0.count == 1 ? item.write($0[0]) : list.write($0) })
  }

  /// An object whose keys are names of the user's own choice.
  package static func map<Item>(of meaning: String, _ item: Codec<Item>) -> Codec
  where Value == [String: Item] {
    let form = Form.map(of: meaning, item.form)
    return Codec(
      form: form,
      read: { json, reading in
        guard let members = json.members else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        var values: [String: Item] = [:]
        for member in members {
          values[member.key] = reading.within(.key(member.key)) { item.read(member.value, &$0) }
        }
        return values
      },
      write: { values in
        .object(values.sorted { $0.key < $1.key }.map { JSONMember($0.key, item.write($0.value)) })
      })
  }

  /// An object of a fixed set of keys.
  package static func object() -> Codec where Value: ConfigObject {
    let form = Form.object { Value.keys.map { $0.keyForm() } }
    return Codec(
      form: form,
      read: { json, reading in
        guard let members = json.members else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        return Value.read(members, of: json, &reading)
      },
      write: { $0.json })
  }
}

extension Reading {
  /// Reports a number outside its bounds.
  mutating func check(_ value: Double, in bounds: Bounds, _ json: JSONValue) -> Bool {
    if bounds.contains(value) { return true }
    let written = if case .number(let number) = json.kind { number } else { JSONNumber(value) }
    report(
      code: "out-of-range",
      "'\(path.name)' must be \(bounds.description ?? "a number"), not \(written.text)",
      at: json.location, help: bounds.share(meantBy: value))
    return false
  }

  /// What to write instead of an unknown name: the nearest one, or all of them.
  package func suggestion(for name: String, among names: [String]) -> String {
    if let nearest = Spelling.nearest(to: name, among: names) {
      return "did you mean \"\(nearest)\"?"
    }
    return "allowed: \(names.joined(separator: ", "))"
  }
}
