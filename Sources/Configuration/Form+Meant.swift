/// What was probably meant by a value that is of none of a form's kinds.
extension Form {
  /// Whether a value is of a kind of JSON that the form has, whatever it holds.
  func takes(_ value: JSONValue) -> Bool {
    switch self {
    case .boolean: value.boolean != nil
    case .integer, .number: value.double != nil
    case .string, .choice: value.string != nil
    case .list: value.items != nil
    case .map, .object: value.members != nil
    case .variant: value.string != nil || value.members != nil
    case .either(let forms): forms.contains { $0.takes(value) }
    case .anything: true
    }
  }

  /// Whether a string is one of the names among which a value is chosen.
  func names(_ string: String) -> Bool {
    switch self {
    case .choice(let names): names.contains(string)
    case .variant(let variant):
      variant.alternatives().contains { $0.type == string || $0.aliases.contains(string) }
    case .either(let forms): forms.contains { $0.names(string) }
    default: false
    }
  }

  /// The name among those of which a value is chosen that differs in writing alone, as `leaky_relu` from `LeakyReLU`.
  func spelling(of name: String) -> String? {
    switch self {
    case .choice(let names): names.first { Spelling.isSame($0, name) }
    case .variant(let variant):
      variant.alternatives().map(\.type).first { Spelling.isSame($0, name) }
    case .either(let forms): forms.lazy.compactMap { $0.spelling(of: name) }.first
    default: nil
    }
  }

  /// Whether a path may be without a value, wherever it is known.
  func isOptional(_ path: ConfigPath) -> Bool {
    guard case .key(let name) = path.steps.last else { return false }
    let keys = forms(at: path.steps.dropLast()).flatMap { form -> [KeyForm] in
      switch form {
      case .object(let keys): keys()
      case .variant(let variant): variant.alternatives().flatMap { $0.keys() }
      default: []
      }
    }.filter { $0.name == name }
    return !keys.isEmpty && keys.allSatisfy { !$0.isRequired }
  }

  /// How well the keys of an object fit those of the form, to tell the forms that objects have apart: a key counts
  /// more than another name of it or one that is misspelt.
  package func fit(_ members: [JSONMember]) -> Int {
    switch self {
    case .object(let keys):
      let keys = keys()
      let names = keys.map(\.name)
      return members.reduce(0) { sum, member in
        if names.contains(member.key) { return sum + 2 }
        let isMeant =
          keys.contains { $0.isCalled(member.key) }
          || Spelling.nearest(to: member.key, among: names) != nil
        return sum + (isMeant ? 1 : 0)
      }
    case .either(let forms): return forms.map { $0.fit(members) }.max() ?? 0
    default: return 0
    }
  }

  /// What to write in place of a value that the form does not take; `nil` if that is not plain.
  func help(for value: JSONValue) -> String? {
    if let items = value.items, items.count == 1, let only = items.first, accepts(only) {
      return "write \(only.spacedText) without the brackets"
    }
    switch self {
    case .boolean, .integer, .number: return value.string.flatMap { scalar($0, in: value) }
    case .list(let item, let least, _): return item.array(insteadOf: value, atLeast: least)
    case .object(let keys): return Self.member(among: keys(), for: value)
    case .either(let forms): return forms.lazy.compactMap { $0.help(for: value) }.first
    case .string, .choice, .map, .variant, .anything: return nil
    }
  }

  /// Whether a value is one of the form, as far as a hint has to be right.
  private func accepts(_ value: JSONValue) -> Bool {
    switch self {
    case .integer(let bounds): value.integer.map { bounds.contains(Double($0)) } ?? false
    case .number(let bounds): value.double.map { bounds.contains($0) } ?? false
    case .choice: value.string.map { names($0) } ?? false
    case .variant(let variant):
      value.string.map { names($0) } ?? (value[variant.tag]?.string.map { names($0) } ?? false)
    case .either(let forms): forms.contains { $0.accepts(value) }
    default: takes(value)
    }
  }

  /// A number or a truth value that was written as a string.
  private func scalar(_ string: String, in value: JSONValue) -> String? {
    let meant: String
    switch self {
    case .number(let bounds):
      guard let number = Self.quantity(string), bounds.contains(number) || !string.hasSuffix("%")
      else { return nil }
      meant = Int(string).map(String.init) ?? JSONNumber(number).text
    case .integer:
      guard let number = Double(string), number.isFinite else { return nil }
      meant = Int(string).map(String.init) ?? JSONNumber(number).text
    case .boolean:
      guard ["true", "false"].contains(string.lowercased()) else { return nil }
      meant = string.lowercased()
    default: return nil
    }
    // What is no JSON is a string in an override, without quotes.
    let isQuoted = value.location.map {
      $0.source.bytes[$0.range].first == UInt8(ascii: "\"")
    }
    return "write \(meant)" + (isQuoted == true ? " without the quotes" : "")
  }

  /// A number as people write it, too: in percent, or with a decimal comma.
  private static func quantity(_ string: String) -> Double? {
    let isPercent = string.hasSuffix("%")
    let digits = (isPercent ? String(string.dropLast()) : string).filter { $0 != " " }
    let text = digits.contains(",") ? NumberWithCommas(digits).decimal : digits
    guard let text, let number = Double(text), number.isFinite else { return nil }
    return isPercent ? number / 100 : number
  }

  /// An array of items of this form, in place of the one item or of an object of them.
  private func array(insteadOf value: JSONValue, atLeast count: Int) -> String? {
    guard count <= 1 else { return nil }
    if accepts(value) { return "write [\(value.spacedText)]" }
    guard case .variant(let variant) = self, let members = value.members else { return nil }
    let items = members.compactMap { member in
      variant.item(of: member) ?? (accepts(member.value) ? member.value : nil)
    }
    guard let first = items.first, items.count == members.count else { return nil }
    return "write an array: [\(first.spacedText)\(items.count > 1 ? ", …" : "")]"
  }

  /// An object with the one key that the value can be of.
  private static func member(among keys: [KeyForm], for value: JSONValue) -> String? {
    let required = keys.filter(\.isRequired)
    if let flag = value.boolean {
      guard required.isEmpty else { return nil }
      return flag ? "write {} for its defaults" : "leave it out"
    }
    guard value.double != nil || value.string != nil, required.count <= 1 else { return nil }
    let fitting = (required.isEmpty ? keys : required).filter { $0.form.accepts(value) }
    let counts = fitting.filter { if case .integer = $0.form { true } else { false } }
    let meant = counts.count == 1 && value.integer != nil ? counts : fitting
    guard let key = meant.first, meant.count == 1 else { return nil }
    return "write \(JSONValue.object([JSONMember(key.name, value)]).spacedText)"
  }

  /// The value that the guidance of the key at a path shows.
  func example(at path: ConfigPath) -> JSONValue? {
    guard case .key(let name) = path.steps.last else { return nil }
    for form in forms(at: path.steps.dropLast()) {
      let candidates: [KeyForm] =
        switch form {
        case .object(let keys): keys()
        case .variant(let variant): variant.alternatives().flatMap { $0.keys() }
        default: []
        }
      for key in candidates where key.name == name {
        if let example = key.guidance?.exampleValue(of: name) { return example }
      }
    }
    return nil
  }
}

extension VariantForm {
  /// The object that was meant by one under the name of what it is, as `{"dense": {"units": 16}}`.
  func item(of member: JSONMember) -> JSONValue? {
    let name = member.key.lowercased()
    guard let members = member.value.members, !members.contains(where: { $0.key == tag }),
      let alternative = alternatives().first(where: {
        $0.type == name || $0.aliases.contains(name)
      })
    else { return nil }
    let isName = members.isEmpty && !alternative.keys().contains(where: \.isRequired)
    let type = JSONValue.string(alternative.type)
    return isName ? type : .object([JSONMember(tag, type)] + members)
  }
}
